using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Workers that take more memory than they may, and workers that are to be replaced once they have nothing to do.
internal sealed partial class Scheduler
{
    /// <summary>
    /// A look at a worker costs some 10 µs; in the time between two, one that touches new pages as fast as it can gets 10 to 60 MiB.
    /// </summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Workers that run nothing grow by what tasks have left running behind them, if at all.</summary>
    private static readonly TimeSpan BetweenIdleLooks = TimeSpan.FromMilliseconds(500);

    /// <summary>Those that are being looked at; the alarm's thread.</summary>
    private readonly List<WorkerProcess> _watched = [];

    /// <summary>How much private memory a worker may take.</summary>
    public long? MaxWorkerMemory => _options.MaxWorkerMemory;

    /// <summary>How long an encoded argument or result may be.</summary>
    public long? MaxValueBytes => _options.MaxValueBytes;

    /// <summary>A worker that is too large before it has done anything always will be.</summary>
    /// <exception cref="WorkerStartException">It takes more memory than it may.</exception>
    public void CheckSize(WorkerProcess worker)
    {
        if (_options.MaxWorkerMemory is not { } limit || worker.LookAtMemory() is not { } used || used <= limit) return;
        worker.Kill();
        throw new WorkerStartException(
            $"Worker {worker.Id} (process {worker.ProcessId}) takes {WorkerMemoryException.MiB(used)} of private memory before its first item; "
            + $"it may take {WorkerMemoryException.MiB(limit)} (PoolOptions.MaxWorkerMemory).");
    }

    /// <summary>A worker was given items. Under _lock.</summary>
    private void WatchMemory()
    {
        if (_options.MaxWorkerMemory is not null) _memory.In(BetweenLooks);
    }

    private void CheckMemory()
    {
        var limit = _options.MaxWorkerMemory!.Value;
        lock (_lock)
        {
            _memory.Begun();
            _watched.AddRange(_workers);
        }

        foreach (var worker in _watched)
        {
            if (worker.LookAtMemory() is { } used && used > limit) KillForMemory(worker, used);
        }

        _watched.Clear();
        lock (_lock)
        {
            var busy = _workers.Exists(static worker => worker.Items.Count > 0);
            if (_state != PoolState.Ending) _memory.In(busy ? BetweenLooks : BetweenIdleLooks);
        }
    }

    /// <summary>What it runs has failed, whatever it reports in the meantime; what waits goes elsewhere. One that runs nothing is only replaced.</summary>
    private void KillForMemory(WorkerProcess worker, long used)
    {
        lock (_lock)
        {
            if (worker.State == WorkerState.Dead || worker.Excess is not null) return;
            worker.State = WorkerState.Ending;
            worker.Excess = used;
            foreach (var sequence in worker.Items.Sequences()) TakeBack(worker, sequence);
        }

        worker.Kill();
        Kick();
    }

    /// <summary>A worker is to be replaced: it gets no more items, what it has not started goes elsewhere, and it ends when it has none.</summary>
    private void Spend(WorkerProcess worker)
    {
        lock (_lock)
        {
            if (worker.State != WorkerState.Ready || worker.IsSpent) return;
            worker.IsSpent = true;
            var sequences = worker.Items.Sequences();
            foreach (var sequence in sequences) TakeBack(worker, sequence);
            if (!worker.Items.HasPage && sequences.Count > 0) AskAllBack(worker);
        }

        RetireIfDue(worker);
        Kick();
    }

    /// <summary>Whether a worker that has just reported is to be replaced.</summary>
    private bool IsWornOut(WorkerProcess worker, Batch batch) =>
        batch.RanOutOfMemory || (_options.RecycleAboveMemory is { } most && worker.LookAtMemoryNowAndThen() > most);

    /// <summary>It is ready, and grows old from now on.</summary>
    private void WatchAge(WorkerProcess worker)
    {
        if (_options.RecycleAfterAge is not { } age) return;
        worker.AgeDeadline = new Deadline<WorkerProcess>(worker, Spend);
        _alarm.Set(age, worker.AgeDeadline.Fire);
    }
}
