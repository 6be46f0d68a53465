namespace ProcessPool;

/// <summary>What the pool itself reports, as opposed to what a task threw.</summary>
public abstract class PoolException : Exception
{
    private protected PoolException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>No worker process could be started.</summary>
public sealed class WorkerStartException : PoolException
{
    internal WorkerStartException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>The pool was terminated, or disposed of with <see cref="PoolOptions.CancelOnDispose"/>, while the call was under way.</summary>
public sealed class PoolTerminatedException : PoolException
{
    internal PoolTerminatedException(string message = "The pool was terminated before the call was done.")
        : base(message)
    {
    }
}
