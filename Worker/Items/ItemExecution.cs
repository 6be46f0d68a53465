using System.Diagnostics;
using System.Runtime.CompilerServices;
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
    /// <summary>So many bytes of reports lie one behind the other before the first ones are dropped.</summary>
    private const int KeptReports = 16 * 1024;

    /// <summary>
    /// Reports as they are written. Those of quick items lie one behind the other until there are many, with one writer for all of them: to make one, or
    /// to flush it, takes as long as to write a report.
    /// </summary>
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
        var writer = new MessagePackWriter(_message);
        if (batch.Arguments is null)
        {
            WorkerContext.Item = batch.FirstIndex;
            Finish(ref writer, batch.Call, batch.FirstSequence);
        }
        else
        {
            var arguments = new MessagePackReader(batch.Arguments);
            for (var i = 0; i < batch.Count; i++)
            {
                var sequence = batch.FirstSequence + i;
                WorkerContext.Item = batch.FirstIndex + i;
                if (TryBegin(ref writer, batch.Call, sequence, ref arguments)) Finish(ref writer, batch.Call, sequence);
            }
        }

        _message.Clear();
        page.RunningItem = -1;
        WorkerContext.Item = -1;
        WorkerContext.CancellationToken = default;
        _call = null;
        ProgressChannel.Current = null;
    }

    /// <summary>Claims an item of a frame whose end may not be here yet, and reads its argument.</summary>
    /// <returns>False if there is nothing to run: the item was taken back, or failed at this already.</returns>
    public bool TryBegin(WorkerCall call, long sequence, ref MessagePackReader argument, FrameReader frame)
    {
        var writer = new MessagePackWriter(_message);
        var begun = TryBegin(ref writer, call, sequence, ref argument, frame);
        _message.Clear();
        return begun;
    }

    /// <summary>Claims an item and reads its argument.</summary>
    /// <param name="writer">For the report if that fails.</param>
    /// <param name="call">The call that it belongs to.</param>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="arguments">The argument is next; afterwards, what follows it.</param>
    /// <param name="frame">The frame, if its end may not be here yet.</param>
    /// <returns>False if there is nothing to run.</returns>
    private bool TryBegin(ref MessagePackWriter writer, WorkerCall call, long sequence, ref MessagePackReader arguments, FrameReader? frame = null)
    {
        // All this before the claim, which is a full fence: between this count and the look at the watch's pace (see
        // Watch), and for a cancel, which the coordinator sends only once it sees the claim.
        Volatile.Write(ref _started, _started + 1);
        if (_call != call)
        {
            _call = call;
            FunctionFormatters.ItemToken = WorkerContext.CancellationToken = call.Token;
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
            call.GetRunner().ReadArgument(ref arguments, frame);
            return true;
        }
        catch (Exception e) when (e is not ConnectionEndedException)
        {
            if (frame is null) PassOver(ref arguments, start);
            Report(ref writer, call, sequence, null, e);
            page.RunningItem = -1;
            return false;
        }
    }

    /// <summary>Wherever the reader is within an argument: the next one is behind it. Not inlined, as its caller would clear room for a reader at each item.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PassOver(ref MessagePackReader arguments, long start)
    {
        arguments = new MessagePackReader(arguments.Sequence.Slice(start));
        arguments.SkipValue();
    }

    /// <summary>Fires the token of an item, if it is the one that runs.</summary>
    public void Cancel(long sequence)
    {
        if (RunningItem == sequence) _call?.Cancel();
    }

    private void Finish(ref MessagePackWriter writer, WorkerCall call, long sequence)
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
        Report(ref writer, call, sequence, runner, error);
        if (_written.Count > 0)
        {
            call.Keep(_written);
            _written.Clear();
        }

        runner.Forget();
    }

    private void Report(ref MessagePackWriter writer, WorkerCall call, long sequence, ItemRunner? runner, Exception? error)
    {
        long? duration = call.Wants.HasFlag(CallWants.Durations) ? (long)Stopwatch.GetElapsedTime(_claimedAt).TotalNanoseconds : null;
        var start = _message.MarkWith(ref writer);
        var end = 0;
        if (error is null) error = TryWriteResult(ref writer, ref start, ref end, sequence, duration, runner!);
        if (error is not null) end = TellFailure(ref writer, ref start, sequence, duration, runner, error);

        // After the result is encoded, which may run user's code that prints; before it is sent.
        foreach (var output in Outputs) output.EndLine();
        if (_message.IsContiguous && end - start.Position <= Outbox.LargestInRing)
        {
            outbox.Append(_message.Between(start.Position, end));
            if (start.Position < KeptReports && !_message.IsLarge) return;
        }
        else
        {
            var large = new FrameBuffer(64);
            writer.Flush();
            large.Append(_message, start);
            outbox.Append(large);
        }

        StartAgain(ref writer, out _);
    }

    private Exception? TryWriteResult(ref MessagePackWriter writer, ref FrameBuffer.Mark start, ref int end, long sequence, long? duration, ItemRunner runner)
    {
        try
        {
            WriteDuration(ref writer, sequence, duration);
            var frame = _message.BeginFrame(ref writer, FrameKind.Result, 3);
            writer.Write(sequence);
            if (MaxValueBytes == long.MaxValue)
            {
                runner.WriteResult(ref writer, _message);
            }
            else
            {
                var before = _message.LengthWith(ref writer);
                runner.WriteResult(ref writer, _message);
                var size = _message.LengthWith(ref writer) - before;
                if (size > MaxValueBytes) throw ValueLimit.Exceeded("result", runner.ResultType, size, MaxValueBytes);
            }

            end = _message.EndFrame(ref writer, frame, flush: false);
            return null;
        }
        catch (Exception e)
        {
            StartAgain(ref writer, out start);
            return e;
        }
    }

    private int TellFailure(ref MessagePackWriter writer, ref FrameBuffer.Mark start, long sequence, long? duration, ItemRunner? runner, Exception error)
    {
        if (MemoryReserve.IsNeededFor(error))
        {
            runner?.Forget();
            _reserve.Open();
        }

        try
        {
            return WriteFailure(ref writer, sequence, duration, error);
        }
        catch (OutOfMemoryException)
        {
            // Its stack or its message takes too much. This one says no more than what it is.
            StartAgain(ref writer, out start);
            return WriteFailure(ref writer, sequence, duration, new OutOfMemoryException());
        }
    }

    private int WriteFailure(ref MessagePackWriter writer, long sequence, long? duration, Exception error)
    {
        WriteDuration(ref writer, sequence, duration);
        var frame = _message.BeginFrame(ref writer, FrameKind.Failure, 3);
        writer.Write(sequence);
        RemoteExceptionWriter.Write(ref writer, error);
        return _message.EndFrame(ref writer, frame, flush: false);
    }

    private void WriteDuration(ref MessagePackWriter writer, long sequence, long? nanoseconds)
    {
        if (nanoseconds is not { } duration) return;
        var frame = _message.BeginFrame(ref writer, FrameKind.Duration, 3);
        writer.Write(sequence);
        writer.Write(duration);
        _message.EndFrame(ref writer, frame, flush: false);
    }

    /// <summary>What lies before it was sent already. Not inlined, for the same reason as <see cref="PassOver"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void StartAgain(ref MessagePackWriter writer, out FrameBuffer.Mark start)
    {
        _message.Clear();
        writer = new MessagePackWriter(_message);
        start = default;
    }
}
