using System.Diagnostics;
using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Ends calls and the pool.
internal sealed partial class Scheduler
{
    /// <summary>Ends a call if none of its items is running and none will run.</summary>
    private bool TryEnd(Job job, ref Plan plan)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (job.State == JobState.Ended || job.Items.Given > 0 || !job.IsExhausted) return false;
        if (job.Items.Delayed > 0 && job.State == JobState.Active) return false;
        job.State = JobState.Ended;
        _jobs.Remove(job);
        _turns.Leave(job);
        _admission?.OnCallEnded(job);
        Admit(ref plan);
        ForgetRetriesLocked(job);
        _concluding.Add(job);
        foreach (var lane in _lanes)
        {
            if (lane.KnownCalls.Remove(job.Call.Id) | lane.StaleCalls.Remove(job.Call.Id)) lane.EndedCalls.Add(job.Call.Id);
        }

        plan.Finish(job);
        return true;
    }

    /// <summary>Completes a call for its caller. If the call is large, tells the workers that it has ended.</summary>
    private void Finish(Job job)
    {
        job.FollowAllReports(() => Conclude(job));
        if (job.Call.IsLarge) TellEndedCalls();
    }

    private void Conclude(Job job)
    {
        job.OnConcluded();
        Plan plan = default;
        lock (_lock)
        {
            _concluding.Remove(job);
            _timed.Remove(job);
            if (_state == PoolState.Ending && _concluding.Count == 0) _allConcluded.Set();
            EndIfDone(ref plan);
        }

        CarryOut(plan);
    }

    /// <summary>
    /// Waits until all calls are complete for their callers. Called when no worker is left: the last call may have ended on a
    /// thread that has not completed it yet.
    /// </summary>
    public void WaitForConclusions()
    {
        lock (_lock)
        {
            if (_concluding.Count == 0) return;
        }

        _allConcluded.Wait();
    }

    private void TellEndedCalls()
    {
        List<(Lane Lane, long[] Calls)> told = [];
        lock (_lock)
        {
            foreach (var lane in _lanes)
            {
                if (TakeEndedCallsLocked(lane) is { Length: > 0 } calls) told.Add((lane, calls));
            }
        }

        foreach (var (lane, calls) in told) lane.Link.EndCalls(calls);
    }

    /// <summary>
    /// The ended calls that a worker must be told about, with the next message or at once if they are large. Leaves out the call
    /// that is being sent right now: its items were taken back, but frames that refer to the call are still on their way.
    /// </summary>
    private long[] TakeEndedCallsLocked(Lane lane)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (lane.EndedCalls.Count == 0) return [];
        long[] calls = [.. lane.EndedCalls.Where(id => id != lane.CallBeingSent)];
        lane.EndedCalls.RemoveAll(id => id != lane.CallBeingSent);
        return calls;
    }

    private void EndIfDone(ref Plan plan)
    {
        if (_state == PoolState.Closing && _jobs.Count + _concluding.Count == 0) End(LeaveReason.Closing, "closed", ref plan);
    }

    /// <summary>Starts no more workers, and makes the existing ones leave.</summary>
    private void End(LeaveReason reason, string how, ref Plan plan)
    {
        _state = PoolState.Ending;
        _places.NeverReady(new PoolTerminatedException($"The pool was {how} before all of its workers had started."));
        foreach (var lane in (Lane[])[.. _starting, .. _lanes]) Leave(lane, reason, ref plan);
        _places.WakeAll();
    }

    /// <summary>Fails all calls, because no worker of this pool will ever run anything.</summary>
    private void GiveUp(WorkerStartException reason)
    {
        Plan plan = default;
        lock (_lock)
        {
            if (_failure is not null || _state == PoolState.Ending) return;
            _failure = reason;
            _places.NeverReady(reason.Again());
            foreach (var job in _jobs.ToArray()) StopItems(job, reason.Again(), ref plan);
            _places.WakeAll();
            Admit(ref plan);
            EndIfDone(ref plan);
        }

        CarryOut(plan);
    }
}
