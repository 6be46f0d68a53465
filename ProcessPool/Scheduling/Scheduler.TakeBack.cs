using System.Diagnostics;
using ProcessPool.Jobs;
using ProcessPool.Protocol;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Taking back what was sent and not started: for an idle worker, and for a job that stops.
internal sealed partial class Scheduler
{
    /// <summary>Work that is done sooner than it could be moved stays where it is.</summary>
    private static readonly double WorthMovingTicks = 0.0002 * Stopwatch.Frequency;

    /// <summary>An item that runs for longer than this holds up what is behind it.</summary>
    private const long HoldsUpMilliseconds = 2;

    /// <summary>A worker has nothing to do: half of what waits behind another's running item is better off with it.</summary>
    /// <returns>Whether anything was taken back; it is the jobs' again.</returns>
    private bool TakeBackFor(WorkerProcess idle)
    {
        WorkerProcess? busiest = null;
        List<long> waiting = [];
        var most = 0.0;
        var later = false;
        foreach (var worker in _workers)
        {
            if (worker == idle || worker.Items.Count < 2 || worker.State != WorkerState.Ready) continue;
            if (!worker.Items.HasPage)
            {
                AskBack(worker, worker.Items.Count / 2);
                continue;
            }

            var sequences = worker.Items.Sequences();
            var running = worker.Items.Running;
            sequences.RemoveAll(sequence => running is not null && sequence <= running.Value.Sequence);
            if (sequences.Count == 0) continue;

            var held = running is { } item && Environment.TickCount64 - item.Since > HoldsUpMilliseconds;
            var work = sequences.Count * worker.Items.JobOf(sequences[0]).Pace.ItemTicks;
            if (held) work += WorthMovingTicks;
            if (work < WorthMovingTicks) later = true;
            else if (work > most) (busiest, waiting, most) = (worker, sequences, work);
        }

        if (busiest is null)
        {
            // Quick ones so far; but if the next takes long, those behind it must not wait for it.
            if (later) _alarm.Set(TimeSpan.FromMilliseconds(HoldsUpMilliseconds), () => Pump(idle));
            return false;
        }

        // From the end, so that the worker goes on undisturbed at the front.
        var any = false;
        for (var i = waiting.Count - 1; i >= waiting.Count / 2; i--) any |= TakeBack(busiest, waiting[i]);
        return any;
    }

    private bool TakeBack(WorkerProcess worker, long sequence)
    {
        if (!worker.Items.TryTakeBack(sequence, out var job, out var key)) return false;
        PutBack(job, key);
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
        if (worker.IsAskedBack) return;
        worker.IsAskedBack = true;
        var message = worker.Sender.Rent();
        message.WriteFrame(FrameKind.Revoke, count);
        worker.Sender.Send(message);
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
                PutBack(job, key);
                if (TryEnd(job)) ended.Add(job);
            }
        }

        End(ended);
        Kick();
    }
}
