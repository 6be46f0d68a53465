using ProcessPool.Jobs;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Failures, deaths, shutdown: how items, workers and the pool end.
internal sealed partial class Scheduler
{
    /// <summary>An item that was on its way to so many workers that died before they claimed anything has killed them.</summary>
    private const int MostUnclaimedDeaths = 3;

    /// <summary>The workers are ending, and none is to be started any more.</summary>
    public event Action? Ending;

    /// <summary>
    /// An item has failed without a report of its worker. It still counts as outstanding until its failure is known,
    /// so that the job cannot end as a success in between.
    /// </summary>
    private void Fail(Job job, long key, Exception failure, in ItemRun run)
    {
        if (!TryAgain(job, key, failure, run) && job.SetFailure(key, failure, run)) StopItems(job, failure);
        bool ended;
        lock (_lock)
        {
            job.Outstanding--;
            job.ItemsEnded++;
            ended = TryEnd(job);
        }

        job.OnReported();
        if (ended) End([job]);
    }

    /// <summary>A worker is dead and all that it said was read: what it had is blamed, or goes elsewhere.</summary>
    public void Died(WorkerProcess worker)
    {
        List<(Job Job, long Key, long Sequence, int Attempt)> blamed = [];
        List<Job> ended = [];
        bool isHopeless;
        lock (_lock)
        {
            var wasReady = worker.State == WorkerState.Ready;
            worker.State = WorkerState.Dead;
            _workers.Remove(worker);
            var sequences = worker.Items.Sequences();
            var anyClaimed = false;
            for (var i = sequences.Count - 1; i >= 0; i--)
            {
                var isOldest = i == 0;
                var claimed = worker.Items.WasClaimed(sequences[i], isOldest);
                if (!worker.Items.TryRemove(sequences[i], out var job, out var key)) continue;
                anyClaimed |= claimed;
                var suspect = isOldest && wasReady && !anyClaimed;
                Lose(job, key, sequences[i], claimed, suspect);
            }

            isHopeless = CountDeath(worker, wasFruitless: wasReady && !anyClaimed);
        }

        foreach (var (job, key, sequence, attempt) in blamed)
        {
            var run = new ItemRun(worker.Id, Math.Max(1, attempt), worker.RanFor(sequence) ?? TimeSpan.Zero);
            Fail(job, key, worker.Blame(job, sequence, job.IndexOf(key), run), run);
        }

        if (isHopeless) GiveUp(worker.DescribeEarlyDeath());
        End(ended);
        Kick();

        void Lose(Job job, long key, long sequence, bool claimed, bool suspect)
        {
            if (IsLost(worker, sequence, job, key, claimed, suspect))
            {
                blamed.Add((job, key, sequence, job.AttemptsOf(key)));
                return;
            }

            PutBack(job, key, suspect || claimed);
            if (TryEnd(job)) ended.Add(job);
        }
    }

    /// <summary>Whether an item that a dead worker had has failed, and is not tried again. Under _lock.</summary>
    private bool IsLost(WorkerProcess worker, long sequence, Job job, long key, bool claimed, bool suspect)
    {
        if (!claimed) return suspect && job.CountUnclaimedDeath(key) >= MostUnclaimedDeaths;
        return job.CountAttempt(key) >= job.Options.MaxAttempts || worker.DiedOfMemory || sequence == worker.LateItem || job.State != JobState.Active;
    }

    /// <summary>No new jobs; when those under way are done, the workers are asked to end.</summary>
    /// <param name="cancelPending">Whether to stop those of which something has not started.</param>
    public void Close(bool cancelPending = false)
    {
        Job[] jobs;
        lock (_lock)
        {
            if (_state == PoolState.Open) _state = PoolState.Closing;
            jobs = cancelPending ? [.. _jobs] : [];
        }

        foreach (var job in jobs) StopPending(job, new PoolTerminatedException("The pool was closed before all of the call had started (Pool.Close)."));
        ShutDownIfDone();
    }

    /// <summary>As <see cref="Close"/>. Jobs that go on only as long as somebody reads their results are stopped: nobody may ever read on.</summary>
    public void Dispose()
    {
        Close();
        Job[] jobs;
        lock (_lock) jobs = [.. _jobs, .. _concluding];
        foreach (var job in jobs)
        {
            if (_options.CancelOnDispose) Stop(job, new PoolTerminatedException("The pool was disposed of before the call was done (PoolOptions.CancelOnDispose)."));
            else if (job.IsStream) Stop(job, new ObjectDisposedException(nameof(Pool)));
        }
    }

    /// <summary>Ends all jobs now; killing the workers is the caller's.</summary>
    public void Terminate()
    {
        List<Job> ended = [];
        Job[] unheard;
        lock (_lock)
        {
            _state = PoolState.Ending;
            unheard = [.. _jobs, .. _concluding];
            NeverReady(new PoolTerminatedException("The pool was terminated before all of its workers had started."));
            foreach (var worker in _workers) worker.State = WorkerState.Ending;
            foreach (var job in _jobs.ToArray())
            {
                if (job.State != JobState.Ended) job.State = JobState.Stopping;
                job.StopReason ??= new PoolTerminatedException();
                if (TryEnd(job)) ended.Add(job);
            }
        }

        foreach (var job in unheard) job.DropReports();
        End(ended);
    }

    /// <summary>Whether a worker that has died, or did not start, is to be replaced.</summary>
    public bool WantsWorkers
    {
        get
        {
            lock (_lock) return _state != PoolState.Ending && _failure is null;
        }
    }

    /// <summary>The alarm of this pool.</summary>
    public Alarm Alarm => _alarm;

    private void ShutDownIfDone()
    {
        List<WorkerProcess> workers;
        lock (_lock)
        {
            if (_state != PoolState.Closing || _jobs.Count + _concluding.Count > 0) return;
            _state = PoolState.Ending;
            NeverReady(new PoolTerminatedException("The pool was closed before all of its workers had started."));

            // The others were asked before, as they are to be replaced, or are being killed.
            workers = _workers.FindAll(static worker => worker.State == WorkerState.Ready);
            foreach (var worker in workers) worker.State = WorkerState.Ending;
        }

        Ending?.Invoke();
        foreach (var worker in workers) ShutDown(worker);
    }

    /// <summary>A worker that may run no more items ends when it has none, and another one takes its place.</summary>
    private void RetireIfDue(WorkerProcess worker)
    {
        if (_options.RecycleAfter is null && !worker.IsSpent) return;
        lock (_lock)
        {
            if (worker.State != WorkerState.Ready || worker.Items.Count > 0 || LeftFor(worker) > 0) return;
            worker.State = WorkerState.Ending;
        }

        ShutDown(worker);
    }

    /// <summary>How many more items a worker may be given. Under _lock.</summary>
    private int LeftFor(WorkerProcess worker) =>
        worker.IsSpent ? 0 : _options.RecycleAfter is { } most ? (int)Math.Max(0, most - worker.ItemsReported - worker.Items.Count) : int.MaxValue;

    /// <summary>It may still run the finalizer, dispose of its state, and finish what user code does at the exit of a process; not for ever.</summary>
    private void ShutDown(WorkerProcess worker)
    {
        worker.Shutdown();
        var deadline = new Deadline<WorkerProcess>(worker, static late => late.Kill());
        worker.EndDeadline = deadline;
        _alarm.Set(_options.ShutdownTimeout, deadline.Fire);
    }
}
