namespace ProcessPool;

/// <summary>
/// Why an item or a call failed that is not what a task threw itself: its worker died, it ran too long, no worker could be started. Base of all such
/// exceptions.
/// </summary>
public abstract class PoolException : Exception
{
    private protected PoolException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The index in its call of the item that failed, from 0; null if this is about no item.</summary>
    public long? Item { get; internal set; }

    /// <summary>The number in its pool of the worker that it is about, from 0; null if it is about none.</summary>
    public int? WorkerId { get; internal set; }

    /// <summary>The process id that this worker had; null if it is about none.</summary>
    public int? WorkerProcessId { get; internal set; }
}
