using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Stops calls.
internal sealed partial class Scheduler
{
    /// <summary>
    /// Stops a call: items that have not begun never run, the tokens of running items fire, and the workers of items that still
    /// run after the kill delay are killed. The call ends when none of its items is running.
    /// </summary>
    public void Stop(Job job, Exception reason)
    {
        StopItems(job, reason);
        job.DropReports();
    }

    /// <summary>
    /// Like <see cref="Stop"/>, for a call that has failed by itself: progress reports made until then are still delivered.
    /// </summary>
    private void StopItems(Job job, Exception reason)
    {
        Plan plan = default;
        lock (_lock) StopItems(job, reason, ref plan);
        CarryOut(plan);
    }

    private void StopItems(Job job, Exception reason, ref Plan plan)
    {
        if (job.State >= JobState.Stopping) return;
        var running = TakeBackAllLocked(job);
        job.Stop(reason);

        // Workers may be idle now. The call may also still be in the queue, which would keep a dropped pool from being collected
        // until somebody looks there.
        plan.MustKick = true;
        if (TryEnd(job, ref plan)) return;
        HashSet<Lane> asked = [];
        foreach (var (lane, sequence) in running) plan.Cancel(lane, sequence, askBack: !lane.Items.HasPage && asked.Add(lane));
        if (_options.KillDelay == TimeSpan.Zero) KillWorkersOf(job, ref plan);
        else KillAfterDelayLocked(job);
    }

    /// <summary>
    /// Fails a call that has items that have not begun: these never run, and running items finish. A call whose items have all
    /// begun is left alone. Without a page, the only item of a worker counts as begun; a worker with more items is asked to give
    /// back those that it has not begun.
    /// </summary>
    private void StopPending(Job job, Exception reason, ref Plan plan)
    {
        if (job.State != JobState.Active) return;
        HashSet<Lane> running = [.. TakeBackAllLocked(job).Select(static item => item.Lane)];
        plan.MustKick = true;
        foreach (var lane in running)
        {
            if (!lane.Items.HasPage && lane.Items.Count > 1) AskAllBack(lane, ref plan);
        }

        job.PendingReason = reason;
        if (job.IsExhausted && job.Items.Delayed == 0) return;
        job.Drain();
        TryEnd(job, ref plan);
    }

    /// <summary>Kills the workers in which items of a call still run. Other items of these workers go to other workers.</summary>
    private void KillWorkersOf(Job job, ref Plan plan)
    {
        foreach (var lane in _lanes)
        {
            if (lane.Items.CountOf(job) == 0) continue;

            // Now the worker has nothing left to begin. Kill it only if an item that it runs belongs to this call.
            TakeBackUnbegunLocked(lane);
            if (lane.Items.CountOf(job) > 0) Leave(lane, LeaveReason.CallStopped, ref plan);
        }

        plan.MustKick = true;
    }
}
