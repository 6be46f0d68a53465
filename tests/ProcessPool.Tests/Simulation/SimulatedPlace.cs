namespace ProcessPool.Tests.Simulation;

/// <summary>A place of a pool without its thread: it does the next step of that thread.</summary>
internal sealed class SimulatedPlace(SimulatedPool pool, int id)
{
    private long? _waitsUntil;
    private bool _isAwake = true;

    public SimulatedWorker? Worker { get; private set; }

    public bool IsStarting { get; private set; }

    public bool HasEnded { get; private set; }

    public bool IsWaiting => !HasEnded && Worker is null && !_isAwake && _waitsUntil is { } until && pool.Time.Now < until;

    /// <summary>When it goes on, if it is not woken before; null: never.</summary>
    public long? WaitsUntil => IsWaiting && _waitsUntil < long.MaxValue ? _waitsUntil : null;

    /// <summary>The next step of a place without a worker, or with one that starts.</summary>
    public void Step()
    {
        if (HasEnded || IsWaiting) return;
        if (Worker is null) Ask();
        else if (IsStarting) GoOn(Worker);
    }

    /// <summary>Its worker is dead.</summary>
    public void Bury()
    {
        Worker!.Bury();
        Worker = null;
    }

    private void Ask()
    {
        _isAwake = false;
        _waitsUntil = null;
        if (pool.Scheduler.AskForStart(id, () => _isAwake = true) is not { } pause)
        {
            HasEnded = true;
            return;
        }

        if (pause != TimeSpan.Zero)
        {
            _waitsUntil = pause == Timeout.InfiniteTimeSpan ? long.MaxValue : pool.Time.Now + (long)(pause.TotalSeconds * pool.Time.TimestampFrequency) + 1;
            return;
        }

        if (pool.Chance(pool.StartFailures))
        {
            pool.Scheduler.StartFailed(id, null, new WorkerStartException("no process"));
            return;
        }

        Worker = new SimulatedWorker(pool, id, pool.HasPages);
        pool.OnStarted(Worker);
        IsStarting = true;
        pool.Scheduler.Starting(Worker.Lane);
        pool.Scheduler.BeginStep(Worker.Lane, TimeSpan.FromSeconds(60));
    }

    private void GoOn(SimulatedWorker worker)
    {
        var isInTime = pool.Scheduler.EndStep(worker.Lane);
        if (!isInTime || worker.WasKilled || pool.Chance(pool.StartFailures))
        {
            Worker = null;
            IsStarting = false;
            pool.Scheduler.StartFailed(id, worker.Lane, new WorkerStartException("it did not start"));
            return;
        }

        pool.Scheduler.Greeted(worker.Lane);
        IsStarting = false;
        pool.Scheduler.Ready(worker.Lane);
    }
}
