using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Does what depends on time.
internal sealed partial class Scheduler
{
    /// <summary>The status page counts in milliseconds, so a lateness below that cannot be seen.</summary>
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(1);

    // All of this is guarded by _lock.

    /// <summary>Calls that have a timeout, or whose workers are to be killed.</summary>
    private readonly HashSet<Job> _timed = [];

    /// <summary>When idle workers look next whether other workers are held up.</summary>
    private long _lookAgainAt = long.MaxValue;

    /// <summary>When the workers' memory is checked next.</summary>
    private long _lookAtMemoryAt = long.MaxValue;

    private long _tickAt = long.MaxValue;

    /// <summary>Does everything that is due, and requests the next tick.</summary>
    public void Tick()
    {
        Plan plan = default;
        Lane[] watched;
        lock (_lock)
        {
            _tickAt = long.MaxValue;
            var now = _time.GetTimestamp();
            foreach (var lane in (Lane[])[.. _starting, .. _lanes]) Look(lane, now, ref plan);
            foreach (var job in _timed.ToArray()) Look(job, now, ref plan);
            Resume(now, ref plan);
            if (IsDue(_lookAgainAt, now))
            {
                _lookAgainAt = long.MaxValue;
                foreach (var lane in _lanes)
                {
                    if (lane.State == LaneState.Ready && lane.Items.Count == 0) plan.Pump(lane);
                }
            }

            watched = IsDue(_lookAtMemoryAt, now) ? [.. _lanes] : [];
            if (watched.Length > 0) _lookAtMemoryAt = long.MaxValue;
            AssertInvariants();
        }

        CarryOut(plan);
        LookAtMemory(watched);
    }

    /// <summary>Whether a time has come. If not, requests a tick for it.</summary>
    private bool IsDue(long at, long now)
    {
        if (at > now) TickAt(at);
        return at <= now;
    }

    private void TickAt(long timestamp)
    {
        if (timestamp >= _tickAt) return;
        _tickAt = timestamp;
        _wakeAt(timestamp);
    }

    private void TickIn(TimeSpan delay) => TickAt(_time.After(delay < LeastWait ? LeastWait : delay));

    private void Look(Lane lane, long now, ref Plan plan)
    {
        if (IsDue(lane.StartBy, now))
        {
            lane.StartBy = long.MaxValue;
            Leave(lane, LeaveReason.NotStarted, ref plan);
        }

        if (IsDue(lane.EndBy, now))
        {
            lane.EndBy = long.MaxValue;
            Leave(lane, LeaveReason.SlowToEnd, ref plan);
        }

        if (IsDue(lane.OldAt, now))
        {
            lane.OldAt = long.MaxValue;
            Leave(lane, LeaveReason.TooOld, ref plan);
        }

        if (IsDue(lane.KillLateAt, now))
        {
            lane.KillLateAt = long.MaxValue;
            if (lane.Items.Has(lane.LateItem)) Leave(lane, LeaveReason.ItemLate, ref plan);
        }

        if (lane.State == LaneState.Ready && _options.IdleTimeout is { } idle) LookWhetherIdle(lane, idle, now, ref plan);
        if (lane.Items.Count > 0) LookAtItems(lane, now, ref plan);
    }

    private void Look(Job job, long now, ref Plan plan)
    {
        if (IsDue(job.EndBy, now))
        {
            job.EndBy = long.MaxValue;
            plan.TimeOut(job, job.Items.Ended);
        }

        if (IsDue(job.KillAt, now))
        {
            job.KillAt = long.MaxValue;
            KillWorkersOf(job, ref plan);
        }

        if (Math.Min(job.EndBy, job.KillAt) == long.MaxValue) _timed.Remove(job);
    }

    /// <summary>
    /// Sets the timeout of a call. It also stops a call that only waits until its progress reports have been delivered.
    /// </summary>
    private void EndBy(Job job, TimeSpan limit)
    {
        job.EndBy = _time.After(limit);
        _timed.Add(job);
        TickAt(job.EndBy);
    }

    private void KillAfterDelay(Job job)
    {
        if (_options.KillDelay == TimeSpan.MaxValue) return;
        job.KillAt = _time.After(_options.KillDelay);
        _timed.Add(job);
        TickAt(job.KillAt);
    }

    /// <summary>Watches a worker that has become ready: its memory, its idle time and its age.</summary>
    private void WatchNew(Lane lane, long now)
    {
        if (_options.MaxWorkerMemory is not null) LookAtMemoryIn(BetweenLooks);
        WatchIdle(now);
        if (_options.RecycleAfterAge is not { } age) return;
        lane.OldAt = _time.After(now, age);
        TickAt(lane.OldAt);
    }

    /// <summary>Watches the idle time of a worker that has nothing to do.</summary>
    private void WatchIdle(long now)
    {
        if (_options.IdleTimeout is { } limit) TickAt(_time.After(now, limit));
    }

    /// <summary>
    /// Watches items that were just given to a worker. None of them can be late before its time limit has passed from now.
    /// </summary>
    private void WatchGiven(Job job)
    {
        if (job.Options.ItemTimeout is { } limit) TickIn(limit);
        if (_options.MaxWorkerMemory is not null) LookAtMemoryIn(BetweenLooks);
    }

    private void LookAgainIn(TimeSpan delay) => SoonerOf(ref _lookAgainAt, delay);

    private void LookAtMemoryIn(TimeSpan delay) => SoonerOf(ref _lookAtMemoryAt, delay);

    private void SoonerOf(ref long at, TimeSpan delay)
    {
        at = Math.Min(at, _time.After(delay));
        TickAt(at);
    }
}
