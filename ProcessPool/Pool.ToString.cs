namespace ProcessPool;

// The text of a pool, for debuggers and logs.
public sealed partial class Pool
{
    /// <summary>
    /// Says whether the pool is open, ending or ended, how many workers it has, and how many of them are running.
    /// Python: <c>repr</c>.
    /// </summary>
    public override string ToString()
    {
        var state = _slots.Ended.IsCompleted ? "ended" : _scheduler.IsOpen ? "open" : "ending";
        return Workers == 0 ? $"Pool: {state}, items run in this process" : $"Pool: {state}, {WorkerPids.Count} of {Workers} workers running";
    }
}
