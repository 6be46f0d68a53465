namespace ProcessPool;

/// <summary>
/// An item ran for longer than <see cref="CallOptions.ItemTimeout"/> or <see cref="PoolOptions.ItemTimeout"/> allows. Only that
/// item fails.
/// </summary>
public sealed class ItemTimeoutException : PoolException
{
    internal ItemTimeoutException(long item, int workerId, int processId, TimeSpan limit, bool wasKilled)
        : base(Describe(item, workerId, processId, limit, wasKilled))
    {
        (Item, WorkerId, WorkerProcessId) = (item, workerId, processId);
        Limit = limit;
        WasKilled = wasKilled;
    }

    /// <summary>How long it was allowed to run.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Whether its worker was killed. If not, the item ended by itself after its token had fired.</summary>
    public bool WasKilled { get; }

    private static string Describe(long item, int workerId, int processId, TimeSpan limit, bool wasKilled)
    {
        var end = wasKilled
            ? $"did not end when its token fired, so worker {workerId} (process {processId}) was killed, together with "
                + "all processes that the item had started, and replaced"
            : $"ended when its token fired, so worker {workerId} (process {processId}) goes on";
        return $"Item {item} ran for longer than {limit.TotalSeconds:0.###} s (ItemTimeout of CallOptions or PoolOptions). "
            + $"It {end}. Only this item is lost.";
    }
}
