using System.Diagnostics;
using System.Runtime.CompilerServices;
using ProcessPool.Jobs;
using ProcessPool.MessagePack;
using ProcessPool.Protocol;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Choosing items for a worker, and sending them.
internal sealed partial class Scheduler
{
    /// <summary>No more than this is sent ahead at once, so that taking back stays cheap.</summary>
    private const int FrameBytes = 64 * 1024;

    /// <summary>There may be something to start for workers that have room: those without anything to do first.</summary>
    public void Kick()
    {
        // Once for each worker at most: whoever calls has other things to do, and what workers report makes them go on.
        for (var left = _size; left > 0 && NextIdleWorker() is { } worker; left--)
        {
            // One that is no longer to be had, as it was just asked to end, keeps nobody from the others.
            Pump(worker, out _);
        }

        if (_options.IdleTimeout is null) return;
        lock (_lock)
        {
            if (_resting.Count > 0 && NextJob() is { } job) WakeResting(job.Ready);
        }
    }

    /// <summary>Sends a worker what it should have next, if no other thread is at it.</summary>
    private void Pump(WorkerProcess worker)
    {
        Pump(worker, out var freed);

        // Items that were another's a moment ago: workers that had found nothing may want them.
        if (freed) Kick();
    }

    /// <inheritdoc cref="Pump(WorkerProcess)"/>
    /// <param name="worker">The worker.</param>
    /// <param name="freed">Whether items went back to their job on the way.</param>
    /// <returns>Whether it was sent anything.</returns>
    /// <remarks>Not inlined: the thread that waits for what the worker says would hold on to the call chosen here, its inputs and its results.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Pump(WorkerProcess worker, out bool freed)
    {
        var sent = 0;
        freed = false;
        Chosen chosen = default;
        while (true)
        {
            lock (_lock)
            {
                if (sent == 0 && worker.IsPumped) return false;
                worker.IsPumped = true;

                // A window's worth is enough for now, if it has anything: its next report brings it here again. Looked at
                // under the lock, so that a report in the meantime, whose thread found this one at it, is not missed.
                var enough = worker.Items.Count > 0 && sent > 0 && sent >= chosen.Job.Pace.Window;
                if (enough || !TryChoose(worker, out chosen, ref freed))
                {
                    worker.IsPumped = false;
                    return sent > 0;
                }

                worker.CallBeingSent = chosen.Job.Call.Id;
            }

            sent += chosen.Count;
            freed |= !Send(worker, chosen);
        }
    }

    private WorkerProcess? NextIdleWorker()
    {
        lock (_lock)
        {
            if (NextJob() is not { } job) return null;
            WorkerProcess? best = null;
            foreach (var worker in _workers)
            {
                if (worker.State != WorkerState.Ready || worker.IsDoomed || worker.IsPumped || !HasRoom(worker, job)) continue;
                if (best is null || worker.Items.Count < best.Items.Count) best = worker;
                if (best.Items.Count == 0) break;
            }

            return best;
        }
    }

    private bool HasRoom(WorkerProcess worker, Job job)
    {
        if (LeftFor(worker) == 0) return false;
        if (worker.Items.Count == 0) return worker.Items.Room > 0;
        if (worker.IsReserved || NeedsIdleWorker(worker, job)) return false;
        return worker.Items.Count <= job.Pace.Window / 2 && worker.Items.Room > job.Pace.Window;
    }

    private static bool NeedsIdleWorker(WorkerProcess worker, Job job) =>
        job.NeedsIdleWorker || (job.Call.IsLarge && !worker.KnownCalls.Contains(job.Call.Id));

    private bool TryChoose(WorkerProcess worker, out Chosen chosen, ref bool freed)
    {
        chosen = default;
        if (worker.State != WorkerState.Ready || worker.IsDoomed || LeftFor(worker) == 0) return false;
        var job = NextJob();
        if (job is null)
        {
            // Said before looking again: an input that is added from now on comes with a kick.
            _hungry = true;
            Interlocked.MemoryBarrier();
            foreach (var active in _jobs) Enqueue(active);
            job = NextJob();
            if (job is null)
            {
                if (worker.Items.Count > 0 || !TakeBackFor(worker)) return false;
                freed = true;
                job = NextJob();
                if (job is null) return false;
            }
        }

        if (!HasRoom(worker, job)) return false;
        var most = 1;
        if (!NeedsIdleWorker(worker, job))
        {
            // A share, so that the last items of a job are spread over all workers.
            var share = Math.Max(1, job.Ready / (2 * _workers.Count));
            most = Math.Min(Math.Min(job.Pace.Window - worker.Items.Count, share), Math.Min(Math.Min(worker.Items.Room, LeftFor(worker)), _options.MaxChunk));
        }

        if (worker.Items.Count == 0)
        {
            worker.LastProgress = Stopwatch.GetTimestamp();
            worker.Books.Enter(Stage.Working, worker.LastProgress);
        }

        worker.IsReserved = NeedsIdleWorker(worker, job);
        var count = job.Take(most, worker.Keys);
        if (count == 0) return false;
        var first = 0L;
        for (var i = 0; i < count; i++)
        {
            var sequence = worker.Items.Give(job, worker.Keys[i]);
            if (i == 0) first = sequence;
        }

        job.Outstanding += count;
        if (_resting.Count > 0) WakeResting(job.Ready);
        _timeOfTurn = Math.Max(_timeOfTurn, job.WorkerTime);
        WatchTime(job);
        WatchMemory();
        if (_hungry)
        {
            // Somebody has nothing to do while this worker may be held up: it is not asked to look by anybody else.
            var anyIdle = _workers.Exists(static other => other.State == WorkerState.Ready && other.Items.Count == 0);
            if (anyIdle) _heldUp.In(worker.Items.Count > 1 ? HoldsUp : Stalled);
            _hungry = anyIdle || _resting.Count > 0;
        }

        chosen = new Chosen(job, first, count, worker.KnownCalls.Add(job.Call.Id));
        return true;
    }

    /// <summary>Encodes and sends what was chosen; the worker is this thread's to send items to.</summary>
    /// <returns>False if some of it went back to its job.</returns>
    private bool Send(WorkerProcess worker, Chosen chosen)
    {
        var (job, first, count, withCall) = chosen;
        var all = true;
        var message = worker.Sender.Rent();
        WriteEndedCalls(worker, message);
        if (withCall) message.Append(job.Call.Frame);
        for (var done = 0; done < count;)
        {
            var frame = message.BeginFrame(FrameKind.Items, 5);
            message.Write(job.Call.Id);
            message.Write(first + done);
            message.Write(job.IndexOf(worker.Keys[done]));
            var header = message.ReserveArrayHeader();
            var outcome = WriteArguments(worker, job, message, first, done, count, out var written);
            message.PatchArrayHeader(header, written);
            message.EndFrame(frame);
            if (written == 0) message.Rewind(frame.Mark);
            done += written;
            switch (outcome)
            {
                case Writing.Refused:
                    done++;
                    break;
                case Writing.TooMuch or Writing.Large:
                    // A large one goes alone, and only to a worker that has nothing else to do.
                    GiveUp(worker, job, first + done, count - done, large: outcome == Writing.Large);
                    all = false;
                    done = count;
                    break;
            }
        }

        worker.Sender.Send(message);
        lock (_lock)
        {
            worker.CallBeingSent = null;
            worker.LastSent = Stopwatch.GetTimestamp();
        }

        if (job is { State: JobState.Ended, Call.IsLarge: true }) TellEndedCalls();
        RetireIfDue(worker);
        return all;
    }

    private Writing WriteArguments(
        WorkerProcess worker, Job job, MessagePackWriter message, long first, int done, int count, out int written)
    {
        written = 0;
        var start = message.Length;
        var index = job.IndexOf(worker.Keys[done]);
        for (var i = done; i < count; i++)
        {
            // A frame holds items that follow each other in their call: those that came back may not.
            if (job.IndexOf(worker.Keys[i]) != index++) return Writing.Done;
            var mark = message.GetMark();
            var before = message.Length;
            try
            {
                job.Encode(message, worker.Keys[i]);
                if (message.Length - before > _options.MaxValueBytes)
                    throw ValueLimit.Exceeded("argument", job.ArgumentType, message.Length - before, _options.MaxValueBytes.Value);
                if (message.Length - before > ProtocolConstants.MaxFrame - FrameBytes)
                    throw new MessagePackException($"An argument of {message.Length - before} bytes; the limit is {ProtocolConstants.MaxFrame - FrameBytes}.");
            }
            catch (Exception e)
            {
                message.Rewind(mark);
                Refuse(worker, first + i, e);
                return Writing.Refused;
            }

            if (message.Length - before > ProtocolConstants.LargeFrame && (count > 1 || !worker.IsReserved))
            {
                message.Rewind(mark);
                return Writing.Large;
            }

            written++;
            if (message.Length - start > FrameBytes && i + 1 < count) return Writing.TooMuch;
        }

        return Writing.Done;
    }

    /// <summary>An argument cannot be sent: its item fails, the others go on.</summary>
    private void Refuse(WorkerProcess worker, long sequence, Exception reason)
    {
        Job job;
        long key;
        lock (_lock)
        {
            if (!worker.Items.TryRemove(sequence, out job, out key)) return;
        }

        Fail(job, key, reason, ItemRun.None);
    }

    /// <summary>Items that were chosen are not sent now after all.</summary>
    private void GiveUp(WorkerProcess worker, Job job, long first, int count, bool large)
    {
        bool ended;
        lock (_lock)
        {
            job.HasLargeItems |= large;
            if (worker.Items.Count == count) worker.IsReserved = false;
            for (var sequence = first + count - 1; sequence >= first; sequence--)
            {
                if (worker.Items.TryWithdraw(sequence, out _, out var key)) PutBack(job, key);
            }

            ended = TryEnd(job);
        }

        if (ended) End([job]);
    }

    /// <summary>
    /// Calls that have ended are told with the next message, or at once if they hold much. Not the one whose items were
    /// chosen and are being encoded: they were taken back, but their frames are still to come, and name the call.
    /// </summary>
    private void WriteEndedCalls(WorkerProcess worker, MessagePackWriter message)
    {
        lock (_lock)
        {
            foreach (var id in worker.EndedCalls)
            {
                if (id != worker.CallBeingSent) message.WriteFrame(FrameKind.EndCall, id);
            }

            worker.EndedCalls.RemoveAll(id => id != worker.CallBeingSent);
        }
    }

    private void TellEndedCalls()
    {
        WorkerProcess[] workers;
        lock (_lock) workers = [.. _workers];
        foreach (var worker in workers)
        {
            var message = worker.Sender.Rent();
            WriteEndedCalls(worker, message);
            worker.Sender.Send(message);
        }
    }

    private enum Writing
    {
        Done,
        Refused,
        TooMuch,
        Large,
    }

    /// <summary>What a worker is to be sent: items in sequence, and the call itself if it does not know it.</summary>
    private readonly record struct Chosen(Job Job, long First, int Count, bool WithCall);
}
