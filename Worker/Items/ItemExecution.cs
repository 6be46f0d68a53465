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

/// <summary>
/// Runs items. Each item is claimed before its argument is read and reported before the next is claimed, so a crash is always
/// blamed on the item that caused it.
/// </summary>
internal sealed partial class ItemExecution(StatusPage page, Outbox outbox)
{
    /// <summary>In bytes. Reports are appended to <see cref="_message"/> up to this position, then it is cleared.</summary>
    private const int KeptReports = 16 * 1024;

    /// <summary>
    /// The buffer that reports are written to. Reports of quick items follow one another in it, with one writer for many of them,
    /// because creating or flushing a writer takes as long as writing a report.
    /// </summary>
    private readonly FrameBuffer _message = new();
    private readonly HashSet<SharedMemory> _written = [];
    private readonly MemoryReserve _reserve = new();
    private readonly AmbientState _ambient = new();

    /// <summary>
    /// The start of the item before which the directory was last checked. Asking for the directory takes longer than running a
    /// no-op item. So it is checked when the system's coarse clock has advanced (by 4 ms on Linux, 16 ms on Windows), before the first of
    /// several items of a frame, and when the call changes.
    /// </summary>
    private long _directoryCheckedAt;
    private volatile WorkerCall? _call;
    private long _started;

    /// <summary>When the running item was claimed, in Stopwatch ticks, if its call wants durations.</summary>
    private long _claimedAt;

    /// <summary>The number of started items. Incremented before the claim.</summary>
    public long Started => Volatile.Read(ref _started);

    /// <summary>The running item, or -1.</summary>
    public long RunningItem => page.RunningItem;

    /// <summary>The largest encoded size of a result, in bytes; null if results are not measured.</summary>
    public long? MaxValueBytes { get; set; }

    /// <summary>The watch thread, which is active while an item runs.</summary>
    public required Watch Watch { get; init; }

    /// <summary>The output of tasks. An unfinished line is sent when its item ends; the item waits for room for it.</summary>
    public required ItemOutput[] Outputs { get; init; }

    /// <summary>The running item, if it belongs to the call with this channel; otherwise -1. Thread-safe.</summary>
    public long RunningItemOf(CallChannel channel) => _call?.Progress == channel ? page.RunningItem : -1;

    public void Run(ItemBatch batch)
    {
        SharedMemories.Written = _written;
        var writer = new MessagePackWriter(_message);
        if (batch.Arguments is null)
        {
            WorkerContext.Item = batch.FirstIndex;
            Finish(ref writer, batch.Call, batch.FirstSequence);
            _ambient.Restore();
        }
        else
        {
            if (batch.Count > 1) _directoryCheckedAt = -1;
            var arguments = new MessagePackReader(batch.Arguments);
            for (var i = 0; i < batch.Count; i++)
            {
                var sequence = batch.FirstSequence + i;
                WorkerContext.Item = batch.FirstIndex + i;
                if (TryBegin(ref writer, batch.Call, sequence, ref arguments)) Finish(ref writer, batch.Call, sequence);
                _ambient.Restore();
            }
        }

        _message.Clear();
        page.RunningItem = -1;
        WorkerContext.Item = -1;
        WorkerContext.CancellationToken = default;
        _call = null;
        ProgressChannel.Current = null;
    }

    /// <summary>Claims an item of a frame that may not have arrived completely, and reads its argument.</summary>
    /// <returns>False if there is nothing to run, because the item was taken back or reading its argument failed.</returns>
    public bool TryBegin(WorkerCall call, long sequence, ref MessagePackReader argument, FrameReader frame)
    {
        var writer = new MessagePackWriter(_message);
        var begun = TryBegin(ref writer, call, sequence, ref argument, frame);
        _message.Clear();
        return begun;
    }

    /// <summary>Claims an item and reads its argument.</summary>
    /// <param name="writer">Used to report a failure.</param>
    /// <param name="call">The call that the item belongs to.</param>
    /// <param name="sequence">The item's sequence number.</param>
    /// <param name="arguments">The reader. On return, it is behind the argument.</param>
    /// <param name="frame">The frame, if it may not have arrived completely.</param>
    /// <returns>False if there is nothing to run.</returns>
    private bool TryBegin(ref MessagePackWriter writer, WorkerCall call, long sequence, ref MessagePackReader arguments, FrameReader? frame = null)
    {
        // All of this must happen before the claim, which is a full fence. It separates this count from reading the watch's pace
        // (see Watch), and lets a cancellation find the call: the coordinator sends it only after it has seen the claim.
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

    /// <summary>
    /// Moves the reader from anywhere within an argument to the next argument. Not inlined, because the caller would have to zero
    /// the space for another reader at each item.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PassOver(ref MessagePackReader arguments, long start)
    {
        arguments = new MessagePackReader(arguments.Sequence.Slice(start));
        arguments.SkipValue();
    }

    /// <summary>Cancels the token of an item, if it is the running one.</summary>
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
            if (_ambient.Call != call) _ambient.Enter(call);
            else if (page.StartedAt != _directoryCheckedAt) _ambient.EnterDirectory();
            _directoryCheckedAt = page.StartedAt;
            page.Phase = ItemPhase.Running;
            runner.Run();
        }
        catch (Exception e)
        {
            error = e;
        }

        page.Phase = ItemPhase.WritingResult;
        if (error is not null || !call.ReportsInRuns || MaxValueBytes is not null) Report(ref writer, call, sequence, runner, error);
        else ReportResult(ref writer, call, sequence, runner);
        if (_written.Count > 0)
        {
            call.Keep(_written);
            _written.Clear();
        }

        runner.Forget();
    }

    /// <summary>Reports a simple result, together with those of the items before and after this one.</summary>
    private void ReportResult(ref MessagePackWriter writer, WorkerCall call, long sequence, ItemRunner runner)
    {
        int start, end;
        try
        {
            start = _message.MarkWith(ref writer).Position;
            runner.WriteResult(ref writer, _message);
            end = _message.MarkWith(ref writer).Position;
        }
        catch (OutOfMemoryException e)
        {
            StartAgain(ref writer, out _);
            Report(ref writer, call, sequence, runner, e);
            return;
        }

        foreach (var output in Outputs) output.EndLine();
        outbox.AppendResult(sequence, _message.Between(start, end));
        if (start >= KeptReports) StartAgain(ref writer, out _);
    }

    private void Report(ref MessagePackWriter writer, WorkerCall call, long sequence, ItemRunner? runner, Exception? error)
    {
        long? duration = call.Wants.HasFlag(CallWants.Durations) ? (long)Stopwatch.GetElapsedTime(_claimedAt).TotalNanoseconds : null;
        var start = _message.MarkWith(ref writer);
        var end = 0;
        if (error is null) error = TryWriteResult(ref writer, ref start, ref end, sequence, duration, runner!);
        if (error is not null) end = TellFailure(ref writer, ref start, sequence, duration, runner, error);

        // After the result is encoded, because that can run user code that prints, but before the result is sent.
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
            if (MaxValueBytes is not { } most)
            {
                runner.WriteResult(ref writer, _message);
            }
            else
            {
                var before = _message.LengthWith(ref writer);
                runner.WriteResult(ref writer, _message);
                var size = _message.LengthWith(ref writer) - before;
                if (size > most) throw ValueLimit.Exceeded("result", runner.ResultType, size, most);
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
            // The exception's stack trace or message takes too much memory. Send a new exception without either.
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

    /// <summary>
    /// Clears the buffer, whose content has already been sent. Not inlined, for the same reason as <see cref="PassOver"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void StartAgain(ref MessagePackWriter writer, out FrameBuffer.Mark start)
    {
        _message.Clear();
        writer = new MessagePackWriter(_message);
        start = default;
    }
}
