using System.Diagnostics;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Jobs;
using ProcessPool.Values;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Encoding and sending what was chosen for a worker, and the ends of calls.
internal sealed partial class Scheduler
{
    /// <summary>No more than this is sent ahead at once, so that taking back stays cheap.</summary>
    private const int FrameBytes = 64 * 1024;

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
            var writer = new MessagePackWriter(message);
            var frame = message.BeginFrame(ref writer, FrameKind.Items, 5);
            writer.Write(job.Call.Id);
            writer.Write(first + done);
            writer.Write(job.IndexOf(worker.Keys[done]));

            // In five bytes, so that the count can be set later.
            var header = message.MarkWith(ref writer).Position;
            writer.WriteArrayHeader(uint.MaxValue);
            var outcome = WriteArguments(worker, job, message, ref writer, first, done, count, out var written);
            message.EndFrame(ref writer, frame);
            message.PatchUInt32(header, (uint)written);
            if (written == 0) message.Rewind(frame);
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
        WorkerProcess worker, Job job, FrameBuffer message, ref MessagePackWriter writer, long first, int done, int count, out int written)
    {
        written = 0;
        var mark = message.MarkWith(ref writer);
        var start = mark.Length;
        var index = job.IndexOf(worker.Keys[done]);
        for (var i = done; i < count; i++)
        {
            // A frame holds items that follow each other in their call: those that came back may not.
            if (job.IndexOf(worker.Keys[i]) != index++) return Writing.Done;
            var before = mark.Length;
            FrameBuffer.Mark after;
            try
            {
                job.Encode(message, ref writer, worker.Keys[i], mark);
                after = message.MarkWith(ref writer);
                var size = after.Length - before;
                if (size > _options.MaxValueBytes) throw ValueLimit.Exceeded("argument", job.ArgumentType, size, _options.MaxValueBytes.Value);
                if (size > ProtocolConstants.MaxFrame - FrameBytes)
                    throw new BrokenValueException($"An argument of {size} bytes; the limit is {ProtocolConstants.MaxFrame - FrameBytes}.");
            }
            catch (Exception e)
            {
                message.Rewind(mark);
                writer = new MessagePackWriter(message);
                Refuse(worker, first + i, e);
                return Writing.Refused;
            }

            if (after.Length - before > ProtocolConstants.LargeFrame && (count > 1 || !worker.IsReserved))
            {
                message.Rewind(mark);
                writer = new MessagePackWriter(message);
                return Writing.Large;
            }

            mark = after;
            written++;
            if (after.Length - start > FrameBytes && i + 1 < count) return Writing.TooMuch;
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
    private void WriteEndedCalls(WorkerProcess worker, FrameBuffer message)
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
}
