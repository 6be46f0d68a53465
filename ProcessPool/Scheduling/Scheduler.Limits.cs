using System.Diagnostics;
using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Enforces the time limits of items, the memory limits of workers, and the idle timeout.
internal sealed partial class Scheduler
{
    /// <summary>
    /// How much longer than its limit a worker may begin nothing: more time than a busy machine takes to wake it up.
    /// </summary>
    private static readonly TimeSpan StallGrace = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often memory is checked. A check costs about 10 µs per worker. Between two checks, a worker that touches new pages as
    /// fast as it can gets 10 to 60 MiB.
    /// </summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The same while no worker has items. An idle worker only grows if a task left something running in the background.
    /// </summary>
    private static readonly TimeSpan BetweenIdleLooks = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether a worker ends when it is idle. Those with the lowest numbers stay, if the pool has a minimum.</summary>
    private bool MayRest(Lane lane) => _options.MinWorkers is null || _places.NeedsWork(lane.Id);

    private void LookWhetherIdle(Lane lane, TimeSpan limit, long now, ref Plan plan)
    {
        // Look again even if the worker is busy: its items may be taken back or not be sent after all, and then it reports
        // nothing.
        var isBusy = lane.Items.Count > 0 || lane.IsPumped;
        var left = isBusy ? limit : limit - _time.GetElapsedTime(Math.Max(lane.LastProgress, lane.ReadySince), now);
        if (left > TimeSpan.Zero) TickInLocked(left);
        else Leave(lane, LeaveReason.Idle, ref plan);
    }

    /// <summary>
    /// Checks the item that a worker runs now against its time limit. The page is read here and not earlier: if this process was
    /// stopped for a while, items that looked late when the alarm rang may have ended since.
    /// </summary>
    private void LookAtItems(Lane lane, long now, ref Plan plan)
    {
        // The shortest limit of all items that the worker has: none of them can be late sooner.
        if (ShortestLimitIn(lane) is not { } limit) return;
        var left = limit;
        if (RunningOfLocked(lane, now) is var (sequence, age, waited))
        {
            if (lane.LateItem != sequence && lane.Items.JobOf(sequence).Options.ItemTimeout is { } its)
            {
                // Items behind it may have a shorter limit.
                var counted = age - waited;
                if (its - counted < left) left = its - counted;
                if (left <= TimeSpan.Zero)
                {
                    Expire(lane, sequence, now, ref plan);
                    left = limit;
                }
            }
        }
        else if (lane.Items.HasPage && HasStalledLocked(lane, limit, now))
        {
            // If the worker has begun an item by now, that item cannot be taken back, and the worker is not killed.
            TakeBackUnbegunLocked(lane);
            plan.MustKick = true;
            if (lane.Items.Count == 0)
            {
                Leave(lane, LeaveReason.Stalled, ref plan);
                return;
            }
        }

        TickInLocked(left);
    }

    /// <summary>An item is late. It has failed, even if it still gives a result. Items behind it go to other workers.</summary>
    private void Expire(Lane lane, long sequence, long now, ref Plan plan)
    {
        lane.LateItem = sequence;

        // The token that fires belongs to the call in this worker. Later items of the call need a new one, so the call is sent
        // again.
        var call = lane.Items.JobOf(sequence).Call.Id;
        if (lane.KnownCalls.Remove(call)) lane.StaleCalls.Add(call);
        TakeBackUnbegunLocked(lane, except: sequence);
        plan.Cancel(lane, sequence, askBack: !lane.Items.HasPage);
        plan.MustKick = true;
        if (_options.KillDelay == TimeSpan.Zero)
        {
            Leave(lane, LeaveReason.ItemLate, ref plan);
        }
        else if (_options.KillDelay < TimeSpan.MaxValue)
        {
            lane.KillLateAt = _time.After(now, _options.KillDelay);
            TickAtLocked(lane.KillLateAt);
        }
    }

    /// <summary>
    /// Whether a worker that runs nothing has begun none of its items for too long. Most likely its process was stopped.
    /// </summary>
    private bool HasStalledLocked(Lane lane, TimeSpan limit, long now) =>
        lane.CallBeingSent is null && _time.GetElapsedTime(Math.Max(lane.LastSent, lane.LastProgress), now) > limit + StallGrace;

    private static TimeSpan? ShortestLimitIn(Lane lane)
    {
        TimeSpan? shortest = null;
        Job? last = null;
        foreach (var sequence in lane.Items.Sequences())
        {
            var job = lane.Items.JobOf(sequence);
            if (job != last && job.Options.ItemTimeout is { } limit && !(shortest <= limit)) shortest = limit;
            last = job;
        }

        return shortest;
    }

    /// <summary>
    /// The item that a worker runs, for how long, and how much of that it has waited for the printer. Without a page: its oldest
    /// item, since its last report.
    /// </summary>
    private (long Sequence, TimeSpan Age, TimeSpan Waited)? RunningOfLocked(Lane lane, long now)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (!lane.Items.HasPage)
            return lane.Items.Sequences() is [var oldest, ..] ? (oldest, _time.GetElapsedTime(lane.LastProgress, now), lane.WaitedForPrinter) : null;

        // The item may have been reported by now, or the page may be corrupt.
        return lane.Running is { } running && lane.Items.Has(running.Sequence) ? running : null;
    }

    private void LookAtMemory(Lane[] lanes)
    {
        if (lanes.Length == 0) return;
        var limit = _options.MaxWorkerMemory!.Value;
        foreach (var lane in lanes)
        {
            if (lane.Link.LookAtMemory() is { } used && used > limit) KillForMemory(lane, used);
        }

        lock (_lock)
        {
            if (_state != PoolState.Ending) LookAtMemoryInLocked(_lanes.Exists(static lane => lane.Items.Count > 0) ? BetweenLooks : BetweenIdleLooks);
        }
    }

    /// <summary>
    /// Kills a worker that takes too much memory. The item that it runs fails, and the others go to other workers. An idle worker
    /// is only replaced.
    /// </summary>
    private void KillForMemory(Lane lane, long used)
    {
        Plan plan = default;
        lock (_lock)
        {
            if (Leave(lane, LeaveReason.OverMemory, ref plan)) lane.Excess = used;
        }

        CarryOut(plan);
    }
}
