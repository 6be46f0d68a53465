namespace ProcessPool;

/// <summary>What the pool itself reports, as opposed to what a task threw.</summary>
public abstract class PoolException : Exception
{
    private protected PoolException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>
/// No worker process could be started, or be initialized. <see cref="Exception.InnerException"/> is what
/// <see cref="PoolOptions.Initializer"/> has thrown, if it has thrown.
/// </summary>
public sealed class WorkerStartException : PoolException
{
    internal WorkerStartException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Whether trying again would most likely end in the same way.</summary>
    internal bool IsLasting { get; init; }

    /// <summary>The same for another call: an exception that is thrown twice would gather the stack traces of both.</summary>
    internal WorkerStartException Again() => new(Message, InnerException);
}

/// <summary>
/// The pool was terminated, disposed of with <see cref="PoolOptions.CancelOnDispose"/>, or closed without what was pending, while the call was
/// under way.
/// </summary>
public sealed class PoolTerminatedException : PoolException
{
    internal PoolTerminatedException(string message = "The pool was terminated before the call was done.")
        : base(message)
    {
    }
}
