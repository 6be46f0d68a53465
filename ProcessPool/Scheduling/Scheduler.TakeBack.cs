using System.Diagnostics;
using ProcessPool.Frames;
using ProcessPool.Jobs;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Taking back what was sent and not started: for an idle worker, and for a job that stops.
internal sealed partial class Scheduler
{
    /// <summary>Work that is done sooner than it could be moved stays where it is.</summary>
    private static readonly double WorthMovingTicks = 0.0002 * Stopwatch.Frequency;

    /// <summary>An item that runs for longer than this holds up what is behind it.</summary>
    private static readonly TimeSpan HoldsUp = TimeSpan.FromMilliseconds(2);

    /// <summary>A worker that claims nothing for so long is stopped, or gets no processor.</summary>
    private static readonly TimeSpan Stalled = TimeSpan.FromMilliseconds(100);

    /// <summary>A worker has nothing to do: half of what waits behind another's running item is better off with it.</summary>
    /// <returns>Whether anything was taken back; it is the jobs' again.</returns>
    private bool TakeBackFor(WorkerProcess idle)
    {
        WorkerProcess? busiest = null;
        List<long> waiting = [];
        var most = 0.0;
        foreach (var worker in _workers)
        {
            if (worker == idle || worker.Items.Count == 0 || worker.State != WorkerState.Ready) continue;
            if (!worker.Items.HasPage)
            {
                // It answers when it comes to it, perhaps that nothing waits; and is sent more.
                if (worker.Items.Count < 2) continue;
                AskBack(worker, worker.Items.Count / 2);
                _heldUp.In(HoldsUp);
                continue;
            }

            var sequences = worker.Items.Sequences();
            var running = worker.Items.Running;
            sequences.RemoveAll(sequence => running is not null && sequence <= running.Value.Sequence);
            if (sequences.Count == 0) continue;

            var held = running is { } item
                ? TimeSpan.FromMilliseconds(Environment.TickCount64 - item.Since) > HoldsUp
                : worker.CallBeingSent is null && Stopwatch.GetElapsedTime(worker.LastSent) > Stalled;
            if (!held && worker.Items.Count == 1)
            {
                // On its way to a worker that had nothing else.
                _heldUp.In(Stalled);
                continue;
            }

            var work = sequences.Count * worker.Items.JobOf(sequences[0]).Pace.ItemTicks;
            if (held) work += WorthMovingTicks;
            // Quick ones so far; but if the next takes long, those behind it must not wait for it.
            if (work < WorthMovingTicks) _heldUp.In(HoldsUp);
            else if (work > most) (busiest, waiting, most) = (worker, sequences, work);
        }

        if (busiest is null) return false;

        // From the end, so that the worker goes on undisturbed at the front.
        var any = false;
        for (var i = waiting.Count - 1; i >= waiting.Count / 2; i--) any |= TakeBack(busiest, waiting[i]);
        return any;
    }

    /// <summary>Workers that have nothing to do look whether others are held up.</summary>
    private void LookAgain()
    {
        List<WorkerProcess> idle;
        lock (_lock)
        {
            _heldUp.Begun();
            idle = _workers.FindAll(static worker => worker.State == WorkerState.Ready && worker.Items.Count == 0);
        }

        foreach (var worker in idle) Pump(worker);
    }

    private bool TakeBack(WorkerProcess worker, long sequence)
    {
        if (!worker.Items.TryTakeBack(sequence, out var job, out var key)) return false;
        PutBack(job, key);
        if (worker.Items.Count == 0) worker.Books.Enter(Stage.Waiting);
        return true;
    }

    private void PutBack(Job job, long key, bool isSuspect = false)
    {
        job.Outstanding--;
        job.Return(key, isSuspect);
        Enqueue(job);
    }

    /// <summary>Where there is no page, the worker is asked; it answers with <see cref="Revoked"/>.</summary>
    private static void AskBack(WorkerProcess worker, int count)
    {
        if (!worker.IsAskedBack) Ask(worker, count);
    }

    /// <summary>The same for all that it has not started, whatever it was asked before.</summary>
    private static void AskAllBack(WorkerProcess worker) => Ask(worker, Memory.StatusPage.Slots);

    private static void Ask(WorkerProcess worker, int count)
    {
        worker.IsAskedBack = true;
        Interlocked.Increment(ref worker.RevokesOwed);
        var message = worker.Sender.Rent();
        message.WriteFrame(FrameKind.Revoke, count);
        worker.Sender.Send(message);
    }

    /// <summary>The index in its call of an item that a worker has; null if it does not have it.</summary>
    public long? IndexOf(WorkerProcess worker, long sequence)
    {
        lock (_lock) return worker.Items.IndexOf(sequence);
    }

    /// <summary>A worker has given items back that it had not started.</summary>
    public void Revoked(WorkerProcess worker, List<long> sequences)
    {
        List<Job> ended = [];
        lock (_lock)
        {
            worker.IsAskedBack = false;
            foreach (var sequence in sequences)
            {
                if (!worker.Items.TryRemove(sequence, out var job, out var key)) continue;
                if (job is { State: JobState.Active, PendingReason: { } reason }) Drain(job, reason);
                PutBack(job, key);
                if (TryEnd(job)) ended.Add(job);
            }
        }

        End(ended);
        RetireIfDue(worker);
        Kick();
    }
}
