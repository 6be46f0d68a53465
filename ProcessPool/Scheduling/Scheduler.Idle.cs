using System.Diagnostics;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Workers that have had nothing to do for long: they end, and their places rest until there is something to do.
internal sealed partial class Scheduler
{
    /// <summary>By the numbers of their workers: how to wake the places that rest. Under _lock.</summary>
    private readonly Dictionary<int, Action> _resting = [];

    /// <summary>The place of a worker is to rest, if that worker has ended because it was idle, or is one too many.</summary>
    /// <param name="id">The number of its workers.</param>
    /// <param name="wasIdle">Whether it has ended because it was idle.</param>
    /// <param name="wake">Called once, when it is to go on; any thread.</param>
    /// <returns>False if it is to go on at once, or the pool ends.</returns>
    public bool TryRest(int id, bool wasIdle, Action wake)
    {
        lock (_lock)
        {
            if (_state == PoolState.Ending) return false;
            if (id >= _size) _surplus.Add(id, wake);
            else if (wasIdle && NextJob() is null) _resting.Add(id, wake);
            else return false;
            _hungry = true;
            return true;
        }
    }

    /// <summary>There are items for others, too. Under _lock.</summary>
    private void WakeResting(int most)
    {
        while (most-- > 0 && _resting.Count > 0)
        {
            var (id, wake) = _resting.First();
            _resting.Remove(id);
            wake();
        }
    }

    /// <summary>A worker has nothing to do. Under _lock.</summary>
    private void WatchIdle()
    {
        if (_options.IdleTimeout is { } limit) _idle.In(limit);
    }

    private void CheckIdle()
    {
        var limit = _options.IdleTimeout!.Value;
        List<WorkerProcess> idle = [];
        lock (_lock)
        {
            _idle.Begun();
            TimeSpan? next = null;
            foreach (var worker in _workers)
            {
                if (worker.State != WorkerState.Ready) continue;

                // One that is busy is looked at again in any case: its items may be taken back, or not be sent after all, and then it reports nothing.
                var isBusy = worker.Items.Count > 0 || worker.IsPumped;
                var left = isBusy ? limit : limit - Stopwatch.GetElapsedTime(Math.Max(worker.LastProgress, worker.ReadySince));
                if (left <= TimeSpan.Zero)
                {
                    worker.State = WorkerState.Ending;
                    worker.WasIdle = true;
                    idle.Add(worker);
                }
                else if (next is null || left < next)
                {
                    next = left;
                }
            }

            if (next is { } soon) _idle.In(soon);
        }

        foreach (var worker in idle) ShutDown(worker);
    }
}
