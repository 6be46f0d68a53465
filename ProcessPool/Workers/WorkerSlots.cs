using ProcessPool.Memory;

namespace ProcessPool.Workers;

/// <summary>The places of a pool's workers, as many as it has ever had at once. Their threads hold this, and never the pool.</summary>
internal sealed class WorkerSlots
{
    /// <summary>What was printed is shown before the pool counts as gone; but a callback that hangs does not hold it up.</summary>
    private static readonly TimeSpan PrintingGrace = TimeSpan.FromSeconds(2);

    private readonly WorkerSetup _setup;
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

    /// <summary>By the numbers of their workers.</summary>
    public IReadOnlyList<WorkerSlot> All => _slots;

    /// <summary>Completed when the last process is gone, and what it printed was shown.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Adds places until there are so many. What a new one does at once or waits for, the scheduler says.</summary>
    public void Grow(int count)
    {
        lock (_lock)
        {
            var slots = _slots.ToList();
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
                // A thread that cannot be started leaves those before it.
                _slots = [.. slots];
            }
        }
    }

    /// <summary>The thread of the last slot ends the pool: who waits for that may hold all threads of the thread pool.</summary>
    private void OnSlotEnded()
    {
        lock (_lock)
        {
            if (--_running > 0) return;
            _closed = true;
        }

        SharedMemories.Released -= _setup.Scheduler.ReleaseMemory;
        _setup.Alarm.Close();
        _setup.Printer.Close().Wait(PrintingGrace);
        _ended.SetResult();
    }
}
