using ProcessPool.Memory;

namespace ProcessPool.Workers;

/// <summary>
/// The slots of a pool's workers. Slots are never removed. Their threads refer to this object but never to the pool, so that a
/// dropped pool can be collected.
/// </summary>
internal sealed class WorkerSlots
{
    private readonly WorkerSetup _setup;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();

    /// <summary>Replaced under _lock.</summary>
    private volatile WorkerSlot[] _slots = [];

    // Guarded by _lock.
    private int _running;
    private bool _closed;

    public WorkerSlots(WorkerSetup setup)
    {
        _setup = setup;
        SharedMemories.Released += setup.Scheduler.ReleaseMemory;
    }

    /// <summary>The slots by the numbers of their workers.</summary>
    public IReadOnlyList<WorkerSlot> All => _slots;

    /// <summary>
    /// Completed when the last process is gone, its output was printed, and the user's callback was told of its end.
    /// </summary>
    public Task Ended => _ended.Task;

    /// <summary>
    /// The end of the pool, for who waits here. The callbacks that the end waits for cannot wait for themselves.
    /// </summary>
    public Task EndForCaller => _setup.Printer.IsCallingHere || _setup.Exits?.IsCallingHere == true ? _gone.Task : _ended.Task;

    /// <summary>The pool is used, maybe by the callback that prints its output.</summary>
    public void OnUsed() => _setup.Printer.OnPoolUsed();

    /// <summary>The end no longer waits for the output.</summary>
    public void Terminate() => _setup.Printer.Terminate();

    /// <summary>Adds slots until there are this many. New slots ask the scheduler whether to start a worker.</summary>
    public void Grow(int count)
    {
        lock (_lock)
        {
            var slots = _slots.ToList();
            if (slots.Count < count && !_closed) _setup.Exits?.Start();
            try
            {
                while (slots.Count < count && !_closed)
                {
                    var slot = new WorkerSlot(slots.Count, _setup, OnSlotEnded);
                    slot.Start();
                    _running++;
                    slots.Add(slot);
                }
            }
            finally
            {
                // If a thread cannot be started, keep the slots before it.
                _slots = [.. slots];
            }
        }
    }

    /// <summary>
    /// The thread of the last slot ends the pool, not the thread pool, whose threads may all be waiting for the end.
    /// </summary>
    private void OnSlotEnded()
    {
        lock (_lock)
        {
            if (--_running > 0) return;
            _closed = true;
        }

        SharedMemories.Released -= _setup.Scheduler.ReleaseMemory;
        _setup.Scheduler.WaitForConclusions();
        _setup.Alarm.Close();
        _gone.SetResult();
        _setup.Exits?.Close();
        _setup.Printer.Close();
        _ended.SetResult();
    }
}
