using ProcessPool.Frames;
using ProcessPool.Jobs;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Jobs that end before all of their items were run.
internal sealed partial class Scheduler
{
    /// <summary>
    /// Stops a job: what has not started never does, the tokens of running items fire, and after the kill delay the
    /// workers of those that still run are killed. The job ends when none runs.
    /// </summary>
    public void Stop(Job job, Exception reason)
    {
        StopItems(job, reason);
        job.DropReports();
    }

    /// <summary>The same where it has failed by itself: what its items have reported until then is not lost.</summary>
    private void StopItems(Job job, Exception reason)
    {
        List<(WorkerProcess Worker, long Sequence)> running;
        bool ended;
        lock (_lock)
        {
            if (job.State >= JobState.Stopping) return;
            running = TakeBackAll(job);
            job.State = JobState.Stopping;
            job.StopReason = reason;
            ended = TryEnd(job);
        }

        if (ended)
        {
            End([job]);

            // It may stand in the queue, where nobody might look for long; and a pool that was dropped is not found as long as one of its calls is held.
            Kick();
            return;
        }

        HashSet<WorkerProcess> asked = [];
        foreach (var (worker, sequence) in running) SendCancel(worker, sequence, askBack: !worker.Items.HasPage && asked.Add(worker));

        // By its number: the alarm would hold on to a call that has long ended.
        var call = job.Call.Id;
        AfterKillDelay(() => KillWorkersOf(call));
    }

    /// <summary>
    /// What has not started of a job never does, and then the job fails; what runs goes on. A job all of whose items have started is left
    /// alone. Without a page, a worker's only item counts as started when it was sent; of more, it gives back what it has not started.
    /// </summary>
    private void StopPending(Job job, Exception reason)
    {
        bool ended;
        lock (_lock)
        {
            if (job.State != JobState.Active) return;
            HashSet<WorkerProcess> running = [.. TakeBackAll(job).Select(static item => item.Worker)];
            foreach (var worker in running)
            {
                if (!worker.Items.HasPage && worker.Items.Count > 1) AskAllBack(worker);
            }

            job.PendingReason = reason;
            if (job.IsExhausted && job.Waiting == 0) return;
            Drain(job, reason);
            ended = TryEnd(job);
        }

        if (ended) End([job]);
    }

    /// <summary>What has not started never does. Under _lock.</summary>
    private static void Drain(Job job, Exception reason)
    {
        job.State = JobState.Draining;
        job.StopReason = reason;
    }

    /// <summary>Takes back what has not started. Under _lock.</summary>
    /// <returns>What has, or may have.</returns>
    private List<(WorkerProcess Worker, long Sequence)> TakeBackAll(Job job)
    {
        List<(WorkerProcess Worker, long Sequence)> running = [];
        foreach (var worker in _workers)
        {
            foreach (var sequence in worker.Items.Sequences())
            {
                if (worker.Items.JobOf(sequence) == job && !TakeBack(worker, sequence)) running.Add((worker, sequence));
            }
        }

        return running;
    }

    /// <summary>Fires the token of an item, if it runs.</summary>
    /// <param name="worker">The worker that has it.</param>
    /// <param name="sequence">The item's number there.</param>
    /// <param name="askBack">Whether the worker is to give back first what it has not started, whatever it was asked before:
    /// what it does not give back runs, and hears of the cancel.</param>
    private static void SendCancel(WorkerProcess worker, long sequence, bool askBack)
    {
        var message = worker.Sender.Rent();
        if (askBack)
        {
            Interlocked.Increment(ref worker.RevokesOwed);
            message.WriteFrame(FrameKind.Revoke, Memory.StatusPage.Slots);
        }

        message.WriteFrame(FrameKind.Cancel, sequence);
        worker.Sender.Send(message);
    }

    private void AfterKillDelay(Action kill)
    {
        if (_options.KillDelay == TimeSpan.Zero) kill();
        else if (_options.KillDelay < TimeSpan.MaxValue) _alarm.Set(_options.KillDelay, kill);
    }

    /// <summary>Kills the workers in which items of a call still run; other items that those workers have go elsewhere.</summary>
    private void KillWorkersOf(long call)
    {
        List<WorkerProcess> condemned = [];
        lock (_lock)
        {
            foreach (var worker in _workers)
            {
                var sequences = worker.Items.Sequences();
                if (!sequences.Exists(sequence => worker.Items.JobOf(sequence).Call.Id == call)) continue;

                // With nothing left to claim, what still runs is this job's, or nothing is.
                var state = worker.State;
                worker.State = WorkerState.Ending;
                sequences.RemoveAll(sequence => TakeBack(worker, sequence));
                if (!sequences.Exists(sequence => worker.Items.JobOf(sequence).Call.Id == call))
                {
                    worker.State = state;
                    continue;
                }

                worker.IsCondemned = true;
                condemned.Add(worker);
            }
        }

        foreach (var worker in condemned) worker.Kill();
        Kick();
    }
}
