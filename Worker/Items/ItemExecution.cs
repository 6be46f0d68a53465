using System.Diagnostics;
using MessagePack;
using ProcessPool.Errors;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Memory;
using ProcessPool.Progress;
using ProcessPool.Values;
using ProcessPool.Worker.Io;

namespace ProcessPool.Worker.Items;

/// <summary>Runs items, each under its own blame: claimed before its argument is read, reported before the next is claimed.</summary>
internal sealed partial class ItemExecution(StatusPage page, Outbox outbox)
{
    private readonly FrameBuffer _message = new();
    private readonly HashSet<SharedMemory> _written = [];
    private readonly MemoryReserve _reserve = new();
    private volatile WorkerCall? _call;
    private WorkerCall? _surroundings;
    private long _started;

    /// <summary>When the item that runs was claimed, in Stopwatch ticks, if its call asks for it.</summary>
    private long _claimedAt;

    /// <summary>How many items were started, counted before the claim.</summary>
    public long Started => Volatile.Read(ref _started);

    /// <summary>The item that runs, or -1.</summary>
    public long RunningItem => page.RunningItem;

    /// <summary>How many bytes a result may take, encoded.</summary>
    public long MaxValueBytes { get; set; } = long.MaxValue;

    /// <summary>Who looks while an item runs.</summary>
    public required Watch Watch { get; init; }

    /// <summary>What tasks print; a line without an end is sent when its item ends.</summary>
    public required ItemOutput[] Outputs { get; init; }

    /// <summary>The item that runs, if it is one of the call that reports this way; else -1. Any thread.</summary>
    public long RunningItemOf(CallChannel channel) => _call?.Progress == channel ? page.RunningItem : -1;

    public void Run(ItemBatch batch)
    {
        SharedMemories.Written = _written;
        if (batch.Arguments is null)
        {
            WorkerContext.ItemIndex = batch.FirstIndex;
            Finish(batch.Call, batch.FirstSequence);
        }
        else
        {
            var arguments = new MessagePackReader(batch.Arguments);
            for (var i = 0; i < batch.Count; i++)
            {
                var sequence = batch.FirstSequence + i;
                WorkerContext.ItemIndex = batch.FirstIndex + i;
                if (TryBegin(batch.Call, sequence, ref arguments)) Finish(batch.Call, sequence);
            }
        }

        page.RunningItem = -1;
        WorkerContext.ItemIndex = -1;
        _call = null;
        ProgressChannel.Current = null;
    }

    /// <summary>Claims an item and reads its argument.</summary>
    /// <param name="call">The call that it belongs to.</param>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="arguments">The argument is next; afterwards, what follows it.</param>
    /// <param name="frame">The frame, if its end may not be here yet.</param>
    /// <returns>False if there is nothing to run: the item was taken back, or failed at this already.</returns>
    public bool TryBegin(WorkerCall call, long sequence, ref MessagePackReader arguments, FrameReader? frame = null)
    {
        // All this before the claim, which is a full fence: between this count and the look at the watch's pace (see
        // Watch), and for a cancel, which the coordinator sends only once it sees the claim.
        Volatile.Write(ref _started, _started + 1);
        if (_call != call)
        {
            _call = call;
            FunctionFormatters.ItemToken = call.Token;
            ProgressChannel.Current = call.Progress;
        }

        page.StartedAt = Environment.TickCount64;
        page.RunningItem = sequence;
        if (!page.TryClaim(sequence))
        {
            page.RunningItem = -1;
            if (frame is null) arguments.SkipValue();
            return false;
        }

        page.Phase = ItemPhase.ReadingArgument;
        if (call.Wants.HasFlag(CallWants.Durations)) _claimedAt = Stopwatch.GetTimestamp();
        Watch.Attend();
        var start = arguments.Consumed;
        try
        {
            frame?.Fill(ref arguments);
            call.GetRunner().ReadArgument(ref arguments);
            return true;
        }
        catch (Exception e) when (e is not ConnectionEndedException)
        {
            if (frame is null)
            {
                // Wherever it was within the argument, the next one is behind it.
                arguments = new MessagePackReader(arguments.Sequence.Slice(start));
                arguments.SkipValue();
            }

            Report(call, sequence, null, e);
            page.RunningItem = -1;
            return false;
        }
    }

    /// <summary>Fires the token of an item, if it is the one that runs.</summary>
    public void Cancel(long sequence)
    {
        if (RunningItem == sequence) _call?.Cancel();
    }

    private void Finish(WorkerCall call, long sequence)
    {
        var runner = call.GetRunner();
        Exception? error = null;
        try
        {
            if (_surroundings != call) call.EnterSurroundings();
            _surroundings = call;
            page.Phase = ItemPhase.Running;
            runner.Run();
        }
        catch (Exception e)
        {
            error = e;
        }

        page.Phase = ItemPhase.WritingResult;
        Report(call, sequence, runner, error);
        if (_written.Count > 0)
        {
            call.Keep(_written);
            _written.Clear();
        }

        runner.Forget();
    }

    private void Report(WorkerCall call, long sequence, ItemRunner? runner, Exception? error)
    {
        long? duration = call.Wants.HasFlag(CallWants.Durations) ? (long)Stopwatch.GetElapsedTime(_claimedAt).TotalNanoseconds : null;
        if (error is null) error = TryWriteResult(sequence, duration, runner!);
        if (error is not null) TellFailure(sequence, duration, runner, error);

        // After the result is encoded, which may run user's code that prints; before it is sent.
        foreach (var output in Outputs) output.EndLine();
        outbox.Append(_message);
        _message.Clear();
    }

    private Exception? TryWriteResult(long sequence, long? duration, ItemRunner runner)
    {
        try
        {
            var writer = new MessagePackWriter(_message);
            WriteDuration(ref writer, sequence, duration);
            var frame = _message.BeginFrame(ref writer, FrameKind.Result, 3);
            writer.Write(sequence);
            var start = _message.LengthWith(ref writer);
            runner.WriteResult(ref writer, _message);
            var size = _message.LengthWith(ref writer) - start;
            if (size > MaxValueBytes) throw ValueLimit.Exceeded("result", runner.ResultType, size, MaxValueBytes);
            _message.EndFrame(ref writer, frame);
            return null;
        }
        catch (Exception e)
        {
            _message.Clear();
            return e;
        }
    }

    private void TellFailure(long sequence, long? duration, ItemRunner? runner, Exception error)
    {
        if (MemoryReserve.IsNeededFor(error))
        {
            runner?.Forget();
            _reserve.Open();
        }

        try
        {
            WriteFailure(sequence, duration, error);
        }
        catch (OutOfMemoryException)
        {
            // Its stack or its message takes too much. This one says no more than what it is.
            _message.Clear();
            WriteFailure(sequence, duration, new OutOfMemoryException());
        }
    }

    private void WriteFailure(long sequence, long? duration, Exception error)
    {
        var writer = new MessagePackWriter(_message);
        WriteDuration(ref writer, sequence, duration);
        var frame = _message.BeginFrame(ref writer, FrameKind.Failure, 3);
        writer.Write(sequence);
        RemoteExceptionWriter.Write(ref writer, error);
        _message.EndFrame(ref writer, frame);
    }

    private void WriteDuration(ref MessagePackWriter writer, long sequence, long? nanoseconds)
    {
        if (nanoseconds is not { } duration) return;
        var frame = _message.BeginFrame(ref writer, FrameKind.Duration, 3);
        writer.Write(sequence);
        writer.Write(duration);
        _message.EndFrame(ref writer, frame);
    }
}
