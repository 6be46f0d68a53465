using System.Diagnostics;
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
            if (IsDueLocked(_lookAgainAt, now))
            {
                _lookAgainAt = long.MaxValue;
                foreach (var lane in _lanes)
                {
                    if (lane.State == LaneState.Ready && lane.Items.Count == 0) plan.Pump(lane);
                }
            }

            watched = IsDueLocked(_lookAtMemoryAt, now) ? [.. _lanes] : [];
            if (watched.Length > 0) _lookAtMemoryAt = long.MaxValue;
            AssertInvariants();
        }

        CarryOut(plan);
        LookAtMemory(watched);
    }

    /// <summary>Whether a time has come. If not, requests a tick for it.</summary>
    private bool IsDueLocked(long at, long now)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (at > now) TickAtLocked(at);
        return at <= now;
    }

    private void TickAtLocked(long timestamp)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (timestamp >= _tickAt) return;
        _tickAt = timestamp;
        _wakeAt(timestamp);
    }

    private void TickInLocked(TimeSpan delay) => TickAtLocked(_time.After(delay < LeastWait ? LeastWait : delay));

    private void Look(Lane lane, long now, ref Plan plan)
    {
        if (IsDueLocked(lane.StartBy, now))
        {
            lane.StartBy = long.MaxValue;
            Leave(lane, LeaveReason.NotStarted, ref plan);
        }

        if (IsDueLocked(lane.EndBy, now))
        {
            lane.EndBy = long.MaxValue;
            Leave(lane, LeaveReason.SlowToEnd, ref plan);
        }

        if (IsDueLocked(lane.OldAt, now))
        {
            lane.OldAt = long.MaxValue;
            Leave(lane, LeaveReason.TooOld, ref plan);
        }

        if (IsDueLocked(lane.KillLateAt, now))
        {
            lane.KillLateAt = long.MaxValue;
            if (lane.Items.Has(lane.LateItem)) Leave(lane, LeaveReason.ItemLate, ref plan);
        }

        if (lane.State == LaneState.Ready && _options.IdleTimeout is { } idle && MayRest(lane)) LookWhetherIdle(lane, idle, now, ref plan);
        if (lane.Items.Count > 0) LookAtItems(lane, now, ref plan);
    }

    private void Look(Job job, long now, ref Plan plan)
    {
        if (IsDueLocked(job.EndBy, now))
        {
            job.EndBy = long.MaxValue;
            plan.TimeOut(job, job.Items.Ended);
        }

        if (IsDueLocked(job.KillAt, now))
        {
            job.KillAt = long.MaxValue;
            KillWorkersOf(job, ref plan);
        }

        if (Math.Min(job.EndBy, job.KillAt) == long.MaxValue) _timed.Remove(job);
    }

    /// <summary>
    /// Sets the timeout of a call. It also stops a call that only waits until its progress reports have been delivered.
    /// </summary>
    private void EndByLocked(Job job, TimeSpan limit)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        job.EndBy = _time.After(limit);
        _timed.Add(job);
        TickAtLocked(job.EndBy);
    }

    private void KillAfterDelayLocked(Job job)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (_options.KillDelay == TimeSpan.MaxValue) return;
        job.KillAt = _time.After(_options.KillDelay);
        _timed.Add(job);
        TickAtLocked(job.KillAt);
    }

    /// <summary>Watches a worker that has become ready: its memory, its idle time and its age.</summary>
    private void WatchNewLocked(Lane lane, long now)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (_options.MaxWorkerMemory is not null) LookAtMemoryInLocked(BetweenLooks);
        WatchIdleLocked(now);
        if (_options.RecycleAfterAge is not { } age) return;
        lane.OldAt = _time.After(now, age);
        TickAtLocked(lane.OldAt);
    }

    /// <summary>Watches the idle time of a worker that has nothing to do.</summary>
    private void WatchIdleLocked(long now)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (_options.IdleTimeout is { } limit) TickAtLocked(_time.After(now, limit));
    }

    /// <summary>
    /// Watches items that were just given to a worker. None of them can be late before its time limit has passed from now.
    /// </summary>
    private void WatchGivenLocked(Job job)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (job.Options.ItemTimeout is { } limit) TickInLocked(limit);
        if (_options.MaxWorkerMemory is not null) LookAtMemoryInLocked(BetweenLooks);
    }

    private void LookAgainInLocked(TimeSpan delay) => SoonerOfLocked(ref _lookAgainAt, delay);

    private void LookAtMemoryInLocked(TimeSpan delay) => SoonerOfLocked(ref _lookAtMemoryAt, delay);

    private void SoonerOfLocked(ref long at, TimeSpan delay)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        at = Math.Min(at, _time.After(delay));
        TickAtLocked(at);
    }
}
