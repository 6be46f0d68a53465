using System.Diagnostics;
using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Conditions that must always hold.
internal sealed partial class Scheduler
{
    /// <summary>Whether this thread holds the lock. While it does, it must not touch workers or callers.</summary>
    public bool IsDecidingHere => _lock.IsHeldByCurrentThread;

    /// <summary>Looks for a broken invariant.</summary>
    /// <param name="isQuiet">Whether no thread is doing anything in the scheduler, so that all reports have been counted.</param>
    /// <returns>A description of the fault; null if there is none.</returns>
    public string? FindFault(bool isQuiet)
    {
        lock (_lock)
        {
            return _jobs.Select(job => FaultOf(job, isQuiet)).FirstOrDefault(static fault => fault is not null)
                ?? _lanes.Select(lane => FaultOf(lane, isQuiet)).FirstOrDefault(static fault => fault is not null)
                ?? (isQuiet ? FindIdleLaneLocked() ?? _admission?.FindFault(_jobs, Size) : null);
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
        if (job.State == JobState.Ended) return $"call {job.Call.Id} has ended, but is still under way";
        var given = _lanes.Sum(lane => lane.Items.CountOf(job));
        if (isQuiet ? given != job.Items.Given : given > job.Items.Given)
            return $"call {job.Call.Id} counts {job.Items.Given} items as given, but workers have {given}";
        var delayed = _retries.UnorderedItems.Count(retry => retry.Element.Job == job);
        if (delayed != job.Items.Delayed)
            return $"call {job.Call.Id} counts {job.Items.Delayed} items as delayed, but {delayed} are";
        return isQuiet && given == 0 && delayed == 0 && job.IsExhausted
            ? $"call {job.Call.Id} has nothing left to do, but has not ended"
            : null;
    }

    private static string? FaultOf(Lane lane, bool isQuiet)
    {
        var name = $"worker {lane.Id} ({lane.State}, left for {lane.LeftFor}, killed for {lane.KilledFor})";
        if (lane.State is not (LaneState.Ready or LaneState.Leaving)) return $"{name} is listed, but neither ready nor leaving";
        if ((lane.State == LaneState.Leaving) != lane.LeftFor is not null) return $"{name} leaves without a reason, or stays with one";
        if (lane.KilledFor is { } reason && Leaving.Of(reason).Manner != Manner.Kill)
            return $"{name} is killed for a reason that does not kill";
        if (lane.WasAsked && lane.Items.Count > 0) return $"{name} was asked to end, but has {lane.Items.Count} items";
        if (!isQuiet) return null;
        var items = lane.Items.Sequences().Count;
        if (lane.Items.Count != items) return $"{name} counts {lane.Items.Count} items, but has {items}";
        if (lane.IsPumped || lane.CallBeingSent is not null) return $"{name} counts as being sent to, but is not";
        if (lane is { State: LaneState.Leaving, KilledFor: null, WasAsked: false, Items.Count: 0 })
            return $"{name} has nothing to do, but was not asked to end";
        return lane is { IsReserved: true, Items.Count: 0 } ? $"{name} is reserved for an item that it does not have" : null;
    }

    /// <summary>No worker must be idle while an item waits that it could run.</summary>
    private string? FindIdleLaneLocked()
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (_turns.Next() is not { } job) return null;
        var idle = _lanes.Find(lane => lane is { State: LaneState.Ready, IsDoomed: false, Items.Count: 0 } && HasRoomLocked(lane, job));
        return idle is null ? null : $"worker {idle.Id} is idle while {job.Ready} items of call {job.Call.Id} wait";
    }
}
