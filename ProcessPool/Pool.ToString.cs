namespace ProcessPool;

// How a pool shows itself in a debugger and in a log.
public sealed partial class Pool
{
    /// <summary>
    /// For people: whether the pool is open, ending or ended, how many workers it has, and how many of them have a process now.
    /// Python: <c>repr</c>.
    /// </summary>
    public override string ToString()
    {
        var state = _slots.Ended.IsCompleted ? "ended" : _scheduler.IsOpen ? "open" : "ending";
        return Workers == 0 ? $"Pool: {state}, items run in this process" : $"Pool: {state}, {WorkerPids.Count} of {Workers} workers running";
    }
}
