namespace ProcessPool;

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
    internal WorkerStartException Again() => new(Message, InnerException) { WorkerId = WorkerId, WorkerProcessId = WorkerProcessId };
}
