using System.Diagnostics;
using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Makes workers leave, and decides what happens to the items of a dead worker.
internal sealed partial class Scheduler
{
    /// <summary>
    /// If this many workers died before they began anything, and the same item was next in each, that item counts as the cause.
    /// </summary>
    private const int LeastUnbegunDeaths = 3;

    /// <summary>A worker is dead and everything that it sent was read. Its items fail or go to other workers.</summary>
    /// <returns>The item that the worker ran; null if it ran none.</returns>
    public RunningItem? Died(Lane lane)
    {
        Plan plan = default;
        (Job Job, long Item, long Sequence)? ran = null;
        List<(Job Job, long Key, long Sequence, bool WasBegun)> lost = [];
        bool isHopeless;
        lock (_lock)
        {
            var wasReady = lane.State == LaneState.Ready;
            lane.BecomeGone();
            _lanes.Remove(lane);
            var sequences = lane.Items.Sequences();
            var anyBegun = false;
            for (var i = sequences.Count - 1; i >= 0; i--)
            {
                var isOldest = i == 0;
                var wasBegun = lane.Items.WasClaimed(sequences[i], isOldest);
                if (!lane.Items.TryRemove(sequences[i], out var job, out var key)) continue;
                anyBegun |= wasBegun;
                if (wasBegun) ran = (job, job.IndexOf(key), sequences[i]);
                if (IsLostLocked(lane, sequences[i], job, key, wasBegun, isSuspect: isOldest && wasReady && !anyBegun)) lost.Add((job, key, sequences[i], wasBegun));
                else TryEnd(job, ref plan);
            }

            isHopeless = _places.OnDied(lane, anyBegun, _lanes);
            plan.MustKick = true;
            AssertInvariants();
        }

        foreach (var (job, key, sequence, wasBegun) in lost)
        {
            var run = new ItemRun(lane.Id, job.Items.AttemptsOf(key), lane.Link.RanFor(sequence) ?? TimeSpan.Zero);
            Fail(job, key, lane.Link.Blame(job, sequence, wasBegun, job.IndexOf(key), run), run);
        }

        if (isHopeless) GiveUp(lane.Link.DescribeEarlyDeath());
        CarryOut(plan);
        return ran is var (call, item, number) ? new RunningItem(lane.Id, call.Call, item, lane.Link.RanFor(number) ?? TimeSpan.Zero) : null;
    }

    /// <summary>Makes a worker leave. Any thread, without the lock.</summary>
    public void Leave(Lane lane, LeaveReason reason)
    {
        Plan plan = default;
        lock (_lock) Leave(lane, reason, ref plan);
        CarryOut(plan);
    }

    /// <summary>Makes a worker leave: it gets no more items, and items that it has not begun go to other workers.</summary>
    private bool Leave(Lane lane, LeaveReason reason, ref Plan plan)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        var wasStarting = lane.State == LaneState.Starting;
        if (!lane.TryLeave(reason)) return false;
        var count = lane.Items.Count;
        TakeBackUnbegunLocked(lane);
        if (count > 0) plan.MustKick = true;

        // A worker that is starting has nothing to finish: kill it.
        if (wasStarting) lane.TryLeave(LeaveReason.NotStarted);
        if (lane.KilledFor is not null) plan.Kill(lane);
        else if (lane.Items.Count > 0 && !lane.Items.HasPage) AskAllBack(lane, ref plan);
        else AskToEndIfEmpty(lane, ref plan);
        return true;
    }

    /// <summary>A worker has no more items.</summary>
    private void BecomeEmpty(Lane lane, long now, ref Plan plan)
    {
        lane.BecomeEmpty(now);
        WatchIdleLocked(now);
        AskToEndIfEmpty(lane, ref plan);
    }

    /// <summary>
    /// Asks a worker to end if it has no items and may not run more. It may then run the finalizer, dispose of its state, and
    /// finish what user code does at process exit, for a limited time.
    /// </summary>
    private void AskToEndIfEmpty(Lane lane, ref Plan plan)
    {
        if (lane.Items.Count > 0 || lane.CallBeingSent is not null) return;
        if (lane.State == LaneState.Ready && LeftForLocked(lane) == 0) lane.TryLeave(LeaveReason.Recycled);
        if (lane.State != LaneState.Leaving || lane.KilledFor is not null || lane.WasAsked) return;
        lane.WasAsked = true;
        lane.EndBy = _time.After(_options.ShutdownTimeout);
        TickAtLocked(lane.EndBy);
        plan.Shutdown(lane);
    }

    /// <summary>How many more items a worker may be given.</summary>
    private int LeftForLocked(Lane lane) =>
        _options.RecycleAfter is { } most ? (int)Math.Max(0, most - lane.ItemsReported - lane.Items.Count) : int.MaxValue;

    /// <summary>Why a worker must be replaced after a report; null if it need not be.</summary>
    private LeaveReason? WornOutBy(Lane lane, Batch batch)
    {
        if (batch.RanOutOfMemory) return LeaveReason.HeapExhausted;
        return _options.RecycleAboveMemory is { } most && lane.Link.LookAtMemoryNowAndThen() > most ? LeaveReason.Grown : null;
    }

    /// <summary>
    /// Decides what happens to an item of a dead worker. If the worker had begun the item, that attempt counts. If it had begun
    /// nothing, its oldest item is a suspect: the item is retried alone, and more than once in any case, because the worker may
    /// have been killed from outside. All other items go back.
    /// </summary>
    /// <returns>Whether the item has failed. If not, it waits to be started again.</returns>
    private bool IsLostLocked(Lane lane, long sequence, Job job, long key, bool wasBegun, bool isSuspect)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (!wasBegun && !isSuspect)
        {
            PutBackLocked(job, key);
            return false;
        }

        var attempts = job.Items.CountAttempt(key);
        var most = wasBegun ? job.MaxAttempts : Math.Max(LeastUnbegunDeaths, job.MaxAttempts);
        if (attempts >= most) return true;
        if (wasBegun && (lane.Link.DiedOfMemory || sequence == lane.LateItem || job.State != JobState.Active)) return true;
        PutBackLocked(job, key);
        return false;
    }

    /// <summary>
    /// Fails an item without a report of its worker. The item counts as given until its failure is recorded, so that the call
    /// cannot succeed in between.
    /// </summary>
    private void Fail(Job job, long key, Exception failure, in ItemRun run)
    {
        if (TryDelay(job, key, failure, run)) return;
        if (job.SetFailure(key, failure, run)) StopItems(job, failure);
        Plan plan = default;
        lock (_lock)
        {
            EndItemsLocked(job, 1);
            TryEnd(job, ref plan);
            Admit(ref plan);
        }

        job.OnReported();
        CarryOut(plan);
    }
}
