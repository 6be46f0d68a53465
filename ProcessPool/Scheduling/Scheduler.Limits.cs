using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Time limits of items, memory limits of workers, and workers that have nothing to do.
internal sealed partial class Scheduler
{
    /// <summary>Of a worker that begins nothing: more than a busy machine takes to wake it up.</summary>
    private static readonly TimeSpan StallGrace = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A look at a worker's memory costs some 10 µs; in the time between two, one that touches new pages as fast as it can gets 10 to 60 MiB.
    /// </summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Workers that run nothing grow by what tasks have left running behind them, if at all.</summary>
    private static readonly TimeSpan BetweenIdleLooks = TimeSpan.FromMilliseconds(500);

    private void LookWhetherIdle(Lane lane, TimeSpan limit, long now, ref Plan plan)
    {
        // One that is busy is looked at again in any case: its items may be taken back, or not be sent after all, and then it reports nothing.
        var isBusy = lane.Items.Count > 0 || lane.IsPumped;
        var left = isBusy ? limit : limit - _time.GetElapsedTime(Math.Max(lane.LastProgress, lane.ReadySince), now);
        if (left > TimeSpan.Zero) TickIn(left);
        else Leave(lane, LeaveReason.Idle, ref plan);
    }

    /// <summary>
    /// What runs now, since when. What the page says is read here and not earlier: if this process was stopped for a
    /// while, items have ended since that look late from the time of the alarm.
    /// </summary>
    private void LookAtItems(Lane lane, long now, ref Plan plan)
    {
        // The shortest of the limits of what it has: whichever it runs, it is not late before.
        if (ShortestLimitIn(lane) is not { } limit) return;
        var left = limit;
        if (RunningOf(lane, now) is var (sequence, age))
        {
            if (lane.LateItem != sequence && lane.Items.JobOf(sequence).Options.ItemTimeout is { } its)
            {
                // What waits behind it may have a shorter limit.
                if (its - age < left) left = its - age;
                if (left <= TimeSpan.Zero)
                {
                    Expire(lane, sequence, now, ref plan);
                    left = limit;
                }
            }
        }
        else if (lane.Items.HasPage && HasStalled(lane, limit, now))
        {
            // If it has begun something now, it is not killed, and nothing of it is lost.
            TakeBackUnbegun(lane);
            plan.MustKick = true;
            if (lane.Items.Count == 0)
            {
                Leave(lane, LeaveReason.Stalled, ref plan);
                return;
            }
        }

        TickIn(left);
    }

    /// <summary>An item is late: whatever comes of it now, it has failed; what waits behind it goes elsewhere.</summary>
    private void Expire(Lane lane, long sequence, long now, ref Plan plan)
    {
        lane.LateItem = sequence;

        // The token that fires is that of the call in this worker: what is sent to it later of this call gets a new one.
        var call = lane.Items.JobOf(sequence).Call.Id;
        if (lane.KnownCalls.Remove(call)) lane.StaleCalls.Add(call);
        TakeBackUnbegun(lane, except: sequence);
        plan.Cancel(lane, sequence, askBack: !lane.Items.HasPage);
        plan.MustKick = true;
        if (_options.KillDelay == TimeSpan.Zero)
        {
            Leave(lane, LeaveReason.ItemLate, ref plan);
        }
        else if (_options.KillDelay < TimeSpan.MaxValue)
        {
            lane.KillLateAt = _time.After(now, _options.KillDelay);
            TickAt(lane.KillLateAt);
        }
    }

    /// <summary>It was sent items, and has not begun one although it runs none: it is stopped, most likely.</summary>
    private bool HasStalled(Lane lane, TimeSpan limit, long now) =>
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

    /// <summary>The item that a worker runs, and for how long: without a page the oldest it has, since it last reported one.</summary>
    private (long Sequence, TimeSpan Age)? RunningOf(Lane lane, long now)
    {
        if (!lane.Items.HasPage)
            return lane.Items.Sequences() is [var oldest, ..] ? (oldest, _time.GetElapsedTime(lane.LastProgress, now)) : null;

        // What it says it runs may have been reported by now, or be made up.
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
            if (_state != PoolState.Ending) LookAtMemoryIn(_lanes.Exists(static lane => lane.Items.Count > 0) ? BetweenLooks : BetweenIdleLooks);
        }
    }

    /// <summary>What it runs has failed, whatever it reports in the meantime; what waits goes elsewhere. One that runs nothing is only replaced.</summary>
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
