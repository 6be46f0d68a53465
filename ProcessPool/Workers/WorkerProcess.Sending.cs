using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Jobs;
using ProcessPool.Scheduling;
using ProcessPool.Values;

namespace ProcessPool.Workers;

// Sends items and other messages to the worker.
internal sealed partial class WorkerProcess
{
    /// <summary>No more than this is sent at once, so that items can be taken back cheaply.</summary>
    private const int FrameBytes = 64 * 1024;

    /// <summary>The limit of an encoded argument in bytes.</summary>
    private long LongestArgument { get; }

    /// <summary>How many requests to give items back are unanswered. Incremented before the request is sent.</summary>
    private int _revokesOwed;

    /// <inheritdoc/>
    public (int Done, bool IsLarge) Send(in Dispatch dispatch)
    {
        var (job, first, count, withCall, endedCalls) = dispatch;
        var message = Sender.Rent();
        foreach (var id in endedCalls) message.WriteFrame(FrameKind.EndCall, id);
        if (withCall) message.Append(job.Call.Frame);
        var done = 0;
        var outcome = Writing.Done;
        while (done < count && outcome is Writing.Done or Writing.Refused)
        {
            var writer = new MessagePackWriter(message);
            var frame = message.BeginFrame(ref writer, FrameKind.Items, 5);
            writer.Write(job.Call.Id);
            writer.Write(first + done);
            writer.Write(job.IndexOf(Lane.Keys[done]));

            // Five bytes long, so that any count can be patched in later.
            var header = message.MarkWith(ref writer).Position;
            writer.WriteArrayHeader(uint.MaxValue);
            outcome = WriteArguments(dispatch, message, ref writer, done, out var written);
            message.EndFrame(ref writer, frame);
            message.PatchUInt32(header, (uint)written);
            if (written == 0) message.Rewind(frame);
            done += written;
            if (outcome == Writing.Refused) done++;
        }

        Sender.Send(message);
        return (done, outcome == Writing.Large);
    }

    /// <inheritdoc/>
    public void EndCalls(IReadOnlyList<long> calls)
    {
        var message = Sender.Rent();
        foreach (var id in calls) message.WriteFrame(FrameKind.EndCall, id);
        Sender.Send(message);
    }

    /// <inheritdoc/>
    public void Cancel(long sequence, bool askBack)
    {
        var message = Sender.Rent();
        if (askBack)
        {
            Interlocked.Increment(ref _revokesOwed);
            message.WriteFrame(FrameKind.Revoke, Memory.StatusPage.Slots);
        }

        message.WriteFrame(FrameKind.Cancel, sequence);
        Sender.Send(message);
    }

    /// <inheritdoc/>
    public void AskBack(int count)
    {
        Interlocked.Increment(ref _revokesOwed);
        var message = Sender.Rent();
        message.WriteFrame(FrameKind.Revoke, count);
        Sender.Send(message);
    }

    /// <inheritdoc/>
    public void ReleaseMemory(long id)
    {
        var message = Sender.Rent();
        message.WriteFrame(FrameKind.Release, id);
        Sender.Send(message);
    }

    /// <summary>Writes arguments into one frame, starting with item <paramref name="done"/>.</summary>
    private Writing WriteArguments(in Dispatch dispatch, FrameBuffer message, ref MessagePackWriter writer, int done, out int written)
    {
        var (job, first, count, _, _) = dispatch;
        written = 0;
        var keys = Lane.Keys;
        var mark = message.MarkWith(ref writer);
        if (job.HasSimpleArguments && LongestArgument >= FrameBytes)
        {
            // All of them fit, because a worker never has that many items.
            try
            {
                written = job.WriteArguments(ref writer, message.ContextOf(job.Call.Formatters), keys.AsSpan(done, count - done));
                return Writing.Done;
            }
            catch (OutOfMemoryException e)
            {
                message.Rewind(mark);
                writer = new MessagePackWriter(message);
                _scheduler.Refused(Lane, first + done, e);
                return Writing.Refused;
            }
        }

        var start = mark.Length;
        var index = job.IndexOf(keys[done]);
        for (var i = done; i < count; i++)
        {
            // The items of a frame must have consecutive indices. Items that came back may not.
            if (job.IndexOf(keys[i]) != index++) return Writing.Done;
            var before = mark.Length;
            FrameBuffer.Mark after;
            try
            {
                job.Encode(message, ref writer, keys[i], mark);
                after = message.MarkWith(ref writer);
                if (after.Length - before > LongestArgument) throw TooLong(job, after.Length - before);
            }
            catch (Exception e)
            {
                message.Rewind(mark);
                writer = new MessagePackWriter(message);
                _scheduler.Refused(Lane, first + i, e);
                return Writing.Refused;
            }

            if (after.Length - before > ProtocolConstants.LargeFrame && (count > 1 || !Lane.IsReserved))
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

    private Exception TooLong(Job job, long size) => size > _scheduler.MaxValueBytes
        ? ValueLimit.Exceeded("argument", job.ArgumentType, size, _scheduler.MaxValueBytes.Value)
        : new BrokenValueException($"The argument takes {size} bytes; the limit is {ProtocolConstants.MaxFrame - FrameBytes}.");

    /// <summary>Why no more arguments were written to a frame.</summary>
    private enum Writing
    {
        /// <summary>The rest, if any, belongs in another frame.</summary>
        Done,

        /// <summary>The next argument cannot be encoded.</summary>
        Refused,

        /// <summary>The frame is large enough.</summary>
        TooMuch,

        /// <summary>The next item must be sent alone, and only to an idle worker.</summary>
        Large,
    }
}
