namespace ProcessPool;

/// <summary>
/// No worker process could be started or initialized. If <see cref="PoolOptions.Initializer"/> threw,
/// <see cref="Exception.InnerException"/> is its exception.
/// </summary>
public sealed class WorkerStartException : PoolException
{
    internal WorkerStartException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Whether another attempt would most likely fail in the same way.</summary>
    internal bool IsLasting { get; init; }

    /// <summary>A copy for another call: one exception object thrown by two calls would mix up their stack traces.</summary>
    internal WorkerStartException Again() => new(Message, InnerException) { WorkerId = WorkerId, WorkerProcessId = WorkerProcessId };
}
