using System.Diagnostics;
using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// What must hold at any time.
internal sealed partial class Scheduler
{
    /// <summary>Whether this thread holds the lock: then it must not do anything to workers or callers.</summary>
    public bool IsDecidingHere => _lock.IsHeldByCurrentThread;

    /// <summary>Looks for something that must not be.</summary>
    /// <param name="isQuiet">Whether no thread is doing anything here: then all that was reported is counted, too.</param>
    /// <returns>What it is; null if all is well.</returns>
    public string? FindFault(bool isQuiet)
    {
        lock (_lock)
        {
            return _jobs.Select(job => FaultOf(job, isQuiet)).FirstOrDefault(static fault => fault is not null)
                ?? _lanes.Select(lane => FaultOf(lane, isQuiet)).FirstOrDefault(static fault => fault is not null)
                ?? (isQuiet ? FindIdleLane() : null);
        }
    }

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        Debug.Assert(FindFault(isQuiet: false) is null, FindFault(isQuiet: false));
    }

    private string? FaultOf(Job job, bool isQuiet)
    {
        if (job.State == JobState.Ended) return $"call {job.Call.Id} has ended, and is under way";
        var given = _lanes.Sum(lane => lane.Items.CountOf(job));
        if (isQuiet ? given != job.Items.Given : given > job.Items.Given) return $"call {job.Call.Id} counts {job.Items.Given} items as given, and workers have {given}";
        var delayed = _retries.UnorderedItems.Count(retry => retry.Element.Job == job);
        if (delayed != job.Items.Delayed) return $"call {job.Call.Id} counts {job.Items.Delayed} items as delayed, and {delayed} are";
        return isQuiet && given == 0 && delayed == 0 && job.IsExhausted ? $"call {job.Call.Id} has nothing left to do, and has not ended" : null;
    }

    private static string? FaultOf(Lane lane, bool isQuiet)
    {
        var name = $"worker {lane.Id} ({lane.State}, left for {lane.LeftFor}, killed for {lane.KilledFor})";
        if (lane.State is not (LaneState.Ready or LaneState.Leaving)) return $"{name} is among those that work";
        if ((lane.State == LaneState.Leaving) != lane.LeftFor is not null) return $"{name} leaves without a reason, or stays with one";
        if (lane.KilledFor is { } reason && Leaving.Of(reason).Manner != Manner.Kill) return $"{name} is killed for what is no reason to";
        if (lane.WasAsked && lane.Items.Count > 0) return $"{name} was asked to end, and has {lane.Items.Count} items";
        if (!isQuiet) return null;
        if (lane.Items.Count != lane.Items.Sequences().Count) return $"{name} counts {lane.Items.Count} items, and has {lane.Items.Sequences().Count}";
        if (lane.IsPumped || lane.CallBeingSent is not null) return $"{name} counts as being sent to";
        if (lane is { State: LaneState.Leaving, KilledFor: null, WasAsked: false, Items.Count: 0 }) return $"{name} has nothing to do, and is not asked to end";
        return lane is { IsReserved: true, Items.Count: 0 } ? $"{name} is reserved for an item that it does not have" : null;
    }

    /// <summary>A worker must not be idle while something waits that it could do.</summary>
    private string? FindIdleLane()
    {
        if (_turns.Next() is not { } job) return null;
        var idle = _lanes.Find(lane => lane is { State: LaneState.Ready, IsDoomed: false, Items.Count: 0 } && HasRoom(lane, job));
        return idle is null ? null : $"worker {idle.Id} is idle while {job.Ready} items of call {job.Call.Id} wait";
    }
}
