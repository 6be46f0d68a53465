namespace ProcessPool;

/// <summary>
/// Base class of the exceptions that say why an item or a call failed when the task itself did not throw: its worker died, it ran
/// too long, or no worker could be started.
/// </summary>
public abstract class PoolException : Exception
{
    private protected PoolException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The index within its call of the item that failed, from 0; null if the exception is not about an item.</summary>
    public long? Item { get; internal set; }

    /// <summary>The id within the pool of the worker concerned, from 0; null if the exception is not about a worker.</summary>
    public int? WorkerId { get; internal set; }

    /// <summary>The process id of that worker; null if the exception is not about a worker.</summary>
    public int? WorkerProcessId { get; internal set; }
}
