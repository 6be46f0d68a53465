using System.Diagnostics;
using ProcessPool.Jobs;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Workers that start, and those that come to nothing: they do not start, or die before they have run anything.
internal sealed partial class Scheduler
{
    /// <summary>So many starts in a row have failed, at least two of them of each worker, and none runs: then none will.</summary>
    private const int MostStartFailures = 5;

    /// <summary>The same where trying again most likely ends in the same way.</summary>
    private const int MostLastingFailures = 3;

    private const int LeastFailuresOfEach = 2;

    /// <summary>So many of each worker's processes in a row have come to nothing, though they started. More than above: what
    /// kills them may come from outside, and pass.</summary>
    private const int MostEarlyDeaths = 8;

    /// <summary>A worker that has lived for so long was none that dies at once.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    /// <summary>For each worker that is wanted, by its number: how many processes in a row have come to nothing. Under _lock.</summary>
    private int[] _fruitless;

    /// <summary>Workers that run the initializer. Under _lock.</summary>
    private readonly List<WorkerProcess> _initializing = [];

    /// <summary>A worker runs the initializer. It gets no items yet, but hears of what all workers hear.</summary>
    public void Initializing(WorkerProcess worker)
    {
        lock (_lock) _initializing.Add(worker);
    }

    /// <summary>A worker has said hello, and was initialized.</summary>
    public void Ready(WorkerProcess worker)
    {
        bool isWanted;
        lock (_lock)
        {
            // The pool may be on its end, or have more workers than it should by now.
            worker.IsSpent = IsSurplus(worker);
            isWanted = _state <= PoolState.Closing && !worker.IsSpent;
            worker.State = isWanted ? WorkerState.Ready : WorkerState.Ending;
            worker.ReadySince = Stopwatch.GetTimestamp();
            worker.Books.Enter(Stage.Waiting, worker.ReadySince);
            _initializing.Remove(worker);
            _workers.Add(worker);
            if (!worker.IsSpent) _everReady.Add(worker.Id);
            CheckAllReady();
            WatchMemory();
            WatchAge(worker);
            WatchIdle();
        }

        // Not by its state, which another may have changed by now, who asks it to end then.
        if (isWanted) Pump(worker);
        else ShutDown(worker);
    }

    /// <summary>A worker could not be started. If none can, the pool's calls fail with the reason.</summary>
    public void StartFailed(int id, WorkerProcess? worker, WorkerStartException reason)
    {
        lock (_lock)
        {
            if (worker is not null) _initializing.Remove(worker);
            if (id < _fruitless.Length) _fruitless[id]++;
            if (_workers.Count > 0) return;
            var most = reason.IsLasting ? MostLastingFailures : MostStartFailures;
            if (LeastFruitless(out var all) < LeastFailuresOfEach || all < most) return;
        }

        GiveUp(reason);
    }

    /// <summary>A worker that was ready is dead. Under _lock.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="wasFruitless">It was not asked to end, and had nothing that it could have died of.</param>
    /// <returns>Whether all workers do nothing but die.</returns>
    private bool CountDeath(WorkerProcess worker, bool wasFruitless)
    {
        // Of one that is too many nothing follows for the others, which may all rest.
        if (!wasFruitless || IsSurplus(worker) || HasSettled(worker))
        {
            ForgetFailures(worker);
            return false;
        }

        _fruitless[worker.Id]++;
        foreach (var other in _workers)
        {
            if (HasSettled(other)) ForgetFailures(other);
        }

        return LeastFruitless(out _) >= MostEarlyDeaths;
    }

    /// <summary>It is good for something. Under _lock.</summary>
    private void ForgetFailures(WorkerProcess worker)
    {
        if (!IsSurplus(worker)) _fruitless[worker.Id] = 0;
    }

    /// <summary>Without Linq, which loads an assembly for this: there may be no descriptor left for that, and then this is called.</summary>
    private int LeastFruitless(out long all)
    {
        var least = int.MaxValue;
        all = 0;
        for (var id = 0; id < _fruitless.Length; id++)
        {
            if (_resting.ContainsKey(id)) continue;
            var count = _fruitless[id];
            least = Math.Min(least, count);
            all += count;
        }

        return least;
    }

    private static bool HasSettled(WorkerProcess worker) =>
        worker.ItemsReported > 0 || worker.Items.Running is not null || Stopwatch.GetElapsedTime(worker.ReadySince) > Settled;

    /// <summary>No worker of this pool will ever run anything.</summary>
    private void GiveUp(WorkerStartException reason)
    {
        Job[] jobs;
        lock (_lock)
        {
            if (_failure is not null || _state == PoolState.Ending) return;
            _failure = reason;
            jobs = [.. _jobs];
        }

        NeverReady(reason.Again());
        foreach (var job in jobs) StopItems(job, reason.Again());
        ShutDownIfDone();
    }
}
