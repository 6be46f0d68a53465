using System.Diagnostics;
using ProcessPool.Jobs;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Items that run for longer than they may: first their token fires, then their worker is killed.
internal sealed partial class Scheduler
{
    /// <summary>Of a worker that begins nothing: more than a busy machine takes to wake it up.</summary>
    private static readonly TimeSpan StallGrace = TimeSpan.FromSeconds(2);

    /// <summary>A worker was given items: one that starts now may be late by then, and none before. Under _lock.</summary>
    private void WatchTime(Job job)
    {
        if (job.Options.ItemTimeout is { } limit) _times.In(limit);
    }

    /// <summary>
    /// Looks at what runs now, since when. What the page says is read here and not earlier: if this process was stopped for a
    /// while, items have ended since that look late from the time of the alarm.
    /// </summary>
    private void CheckTimes()
    {
        List<(WorkerProcess Worker, long Sequence)> late = [];
        List<WorkerProcess> stalled = [];
        List<Job> lateJobs = [];
        lock (_lock)
        {
            _times.Begun();
            TimeSpan? next = null;
            foreach (var worker in _workers)
            {
                if (worker.Items.Count == 0 || worker.State == WorkerState.Dead) continue;
                if (LimitIn(worker) is not { } limit) continue;
                var left = limit;
                var running = RunningSince(worker);
                if (running is var (sequence, ranFor) && worker.LateItem != sequence && worker.Items.JobOf(sequence).Options.ItemTimeout is { } its)
                {
                    // What waits behind it may have a shorter limit.
                    if (its - ranFor < left) left = its - ranFor;
                    if (left <= TimeSpan.Zero)
                    {
                        Expire(worker, sequence);
                        late.Add((worker, sequence));
                        left = limit;
                    }
                }
                else if (running is null && HasStalled(worker, limit) && TryAbandon(worker))
                {
                    stalled.Add(worker);
                    continue;
                }

                if (next is null || left < next) next = left;
            }

            // Also those whose end waits only for the caller to take what was reported: that is waited for no longer then.
            foreach (var job in (Job[])[.. _jobs, .. _concluding])
            {
                if (job.Deadline is not { } deadline) continue;
                var left = TimeSpan.FromMilliseconds(deadline - Environment.TickCount64);
                if (left <= TimeSpan.Zero) lateJobs.Add(job);
                else if (next is null || left < next) next = left;
            }

            // Not less than a millisecond: the clock of the page counts in these.
            if (next is { } soon) _times.In(soon < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : soon);
        }

        foreach (var (worker, sequence) in late)
        {
            SendCancel(worker, sequence, askBack: !worker.Items.HasPage);
            AfterKillDelay(() => KillIfLate(worker, sequence));
        }

        foreach (var worker in stalled) worker.Kill();
        foreach (var job in lateJobs) Stop(job, TooLate(job));
        if (late.Count + stalled.Count > 0) Kick();
    }

    /// <summary>It was sent items, and has not begun one although it runs none: it is stopped, most likely. Under _lock.</summary>
    private static bool HasStalled(WorkerProcess worker, TimeSpan limit) =>
        worker.Items.HasPage && worker.CallBeingSent is null
        && Stopwatch.GetElapsedTime(Math.Max(worker.LastSent, worker.LastProgress)) > limit + StallGrace;

    /// <summary>What it has goes elsewhere. Under _lock.</summary>
    /// <returns>Whether it has begun none of it, so that nothing is lost with it.</returns>
    private bool TryAbandon(WorkerProcess worker)
    {
        foreach (var sequence in worker.Items.Sequences()) TakeBack(worker, sequence);
        if (worker.Items.Count > 0) return false;
        worker.State = WorkerState.Ending;
        return true;
    }

    private TimeoutException TooLate(Job job)
    {
        long done;
        lock (_lock) done = job.ItemsEnded;
        return new TimeoutException(
            $"The call took longer than {job.Options.Timeout!.Value.TotalSeconds:0.###} s (CallOptions.Timeout); {done} of its {(job.Total is { } all ? $"{all} " : "")}items had ended by then. What still ran was stopped.");
    }

    /// <summary>The shortest of the limits of what a worker has: whichever it runs, it is not late before. Under _lock.</summary>
    private static TimeSpan? LimitIn(WorkerProcess worker)
    {
        TimeSpan? shortest = null;
        Job? last = null;
        foreach (var sequence in worker.Items.Sequences())
        {
            var job = worker.Items.JobOf(sequence);
            if (job != last && job.Options.ItemTimeout is { } limit && !(shortest <= limit)) shortest = limit;
            last = job;
        }

        return shortest;
    }

    /// <summary>The item that a worker runs, and for how long: without a page the oldest it has, since it last reported one.</summary>
    private static (long Sequence, TimeSpan RanFor)? RunningSince(WorkerProcess worker)
    {
        if (!worker.Items.HasPage)
            return worker.Items.Sequences() is [var oldest, ..] ? (oldest, Stopwatch.GetElapsedTime(worker.LastProgress)) : null;

        // What it says it runs may have been reported by now, or be made up.
        return worker.Items.Running is { } running && worker.Items.Has(running.Sequence)
            ? (running.Sequence, TimeSpan.FromMilliseconds(Environment.TickCount64 - running.Since))
            : null;
    }

    /// <summary>Whatever comes of the item now, it has failed; what waits behind it goes elsewhere. Under _lock.</summary>
    private void Expire(WorkerProcess worker, long sequence)
    {
        worker.LateItem = sequence;

        // The token that fires is that of the call in this worker: what is sent to it later of this call gets a new one.
        var call = worker.Items.JobOf(sequence).Call.Id;
        if (worker.KnownCalls.Remove(call)) worker.StaleCalls.Add(call);
        TakeBackAllBut(sequence, worker);
    }

    private void KillIfLate(WorkerProcess worker, long sequence)
    {
        lock (_lock)
        {
            if (worker.State == WorkerState.Dead || !worker.Items.Has(sequence)) return;
            worker.State = WorkerState.Ending;
            TakeBackAllBut(sequence, worker);
        }

        worker.Kill();
        Kick();
    }

    private void TakeBackAllBut(long sequence, WorkerProcess worker)
    {
        foreach (var other in worker.Items.Sequences())
        {
            if (other != sequence) TakeBack(worker, other);
        }
    }
}
