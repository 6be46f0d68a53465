using ProcessPool.Functions;
using ProcessPool.Memory;
using ProcessPool.MessagePack;
using ProcessPool.Platform;
using ProcessPool.Protocol;
using ProcessPool.Worker.Io;
using ProcessPool.Worker.Items;

namespace ProcessPool.Worker;

/// <summary>
/// The worker's work: reads frames, runs items one after the other, reports.
/// </summary>
/// <remarks>
/// <code>
/// stdin ══► FrameReader ──► batches ──► claim ──► argument ──► function ──► result ──► Outbox ══► stdout
///           main thread while it waits,  one word of
///           watch thread while it runs   the status page
/// </code>
/// </remarks>
internal sealed class Session
{
    /// <summary>How much the watch thread reads ahead of a running item: more than any frame that is sent then.</summary>
    private const int ReadAheadLimit = 4 * ProtocolConstants.LargeFrame;

    private readonly bool _ownsProcess;
    private readonly StatusPage _page;
    private readonly Outbox _outbox;
    private readonly StandardStreams _streams;
    private readonly Watch _watch;
    private readonly ItemExecution _execution;
    private readonly Lock _reading = new();

    // Guarded by _reading.
    private readonly FrameReader _frames;
    private readonly Dictionary<long, WorkerCall> _calls = [];
    private readonly Queue<ItemBatch> _batches = [];
    private readonly List<long> _released = [];
    private readonly MessagePackWriter _replies = new();
    private long _nextSequence;
    private Lazy<FormatterResolver> _formatters = new(() => Formatters.Default);
    private bool _welcomed;
    private bool _mayInitialize;
    private bool _finalizerCame;
    private bool _shutdown;
    private bool _aheadFull;

    private volatile bool _busy = true;

    /// <param name="page">Says what runs.</param>
    /// <param name="outbox">Takes what is said.</param>
    /// <param name="streams">Frames come from there.</param>
    /// <param name="coordinatorGone">What to do when they end.</param>
    /// <param name="ownsProcess">Whether this process is the worker's own, so that what is printed in it is the coordinator's.</param>
    public Session(StatusPage page, Outbox outbox, StandardStreams streams, CoordinatorGone coordinatorGone, bool ownsProcess = true)
    {
        _ownsProcess = ownsProcess;
        _page = page;
        _outbox = outbox;
        _streams = streams;
        _frames = new FrameReader(streams, mayNameFiles: true);
        _watch = new Watch(streams, outbox, coordinatorGone, this);
        ItemOutput[] outputs = [new ItemOutput(1, page, outbox, _watch), new ItemOutput(2, page, outbox, _watch)];
        _execution = new ItemExecution(page, outbox) { Watch = _watch, Outputs = outputs };
        if (ownsProcess)
        {
            Console.SetOut(outputs[0]);
            Console.SetError(outputs[1]);
        }

        _watch.Start();
    }

    /// <summary>How many items were started.</summary>
    public long ItemsStarted => _execution.Started;

    /// <summary>Whether the main thread runs items and does not wait for frames.</summary>
    public bool IsBusy => _busy;

    /// <summary>Whether there is room to read frames ahead of the running item.</summary>
    public bool CanReadAhead => !_aheadFull;

    /// <summary>Ends what runs beside the main thread, where the process goes on.</summary>
    public void Stop() => _watch.Stop();

    /// <summary>Runs items until the coordinator says goodbye.</summary>
    public void Run()
    {
        SayHello();
        while (NextBatch() is { } batch) Run(batch);
        _execution.DisposeOfState();
        _replies.Clear();
        _replies.WriteFrame(FrameKind.Goodbye);
        _outbox.Append(_replies);
        _outbox.Flush();
    }

    /// <summary>Watch thread: takes in what has come while an item runs.</summary>
    /// <returns>False if the main thread is reading: then the frames are its own.</returns>
    public bool TryReadAhead()
    {
        if (!_reading.TryEnter()) return false;
        try
        {
            // It may have read them in the meantime; nothing may wait here.
            Span<Libc.PollDescriptor> input = [new Libc.PollDescriptor { Descriptor = _streams.Input, Events = Libc.PollIn }];
            if (Libc.Poll(input, 0) <= 0 || (input[0].Returned & Libc.PollIn) == 0) return true;
            if (!TryReadMore()) return true;
            while (_frames.HasCompleteFrame) TakeFrame(stream: false);
            return true;
        }
        catch (ProtocolException e)
        {
            // The main thread is busy with an item; it may be for long.
            if (!_ownsProcess) throw new EndOfStreamException(e.Message, e);
            Environment.Exit(WorkerHost.Report(_page, e));
            return true;
        }
        finally
        {
            _reading.Exit();
        }
    }

    /// <returns>False if there is no room for more: none that is meant for it, or none in the heap, which the item may have filled.</returns>
    private bool TryReadMore()
    {
        try
        {
            if (_frames.Values.ReadMore(ReadAheadLimit) < 0) _aheadFull = true;
            return true;
        }
        catch (OutOfMemoryException)
        {
            _aheadFull = true;
            return false;
        }
    }

    private void Run(ItemBatch batch)
    {
        try
        {
            if (batch.IsInitializer) _execution.Initialize(batch.Call);
            else if (batch.IsFinalizer) _execution.RunFinalizer(batch.Call);
            else _execution.Run(batch);
        }
        catch (MessagePackException e)
        {
            // Not an argument of another type, which fails its item: one without an end, so that the next is not found.
            throw new ProtocolException($"Arguments that cannot be told apart: {e.Message}", e);
        }
    }

    private void SayHello()
    {
        var frame = _replies.BeginFrame(FrameKind.Hello, 4);
        _replies.Write(ProtocolConstants.Version);
        _replies.Write(Environment.ProcessId);
        _replies.Write(System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription);
        _replies.EndFrame(frame);
        _outbox.Append(_replies);
        _outbox.Flush();
    }

    private ItemBatch? NextBatch()
    {
        lock (_reading)
        {
            _aheadFull = false;
            while (true)
            {
                // All of them, before anything runs: the watch thread looks at the pipe, and would not see them in here.
                while (_frames.HasCompleteFrame) TakeFrame(stream: false);
                ReleaseMemory();
                if (_batches.TryDequeue(out var batch)) return batch;
                if (_shutdown) return null;

                // Nothing follows: what was held back goes now, and this thread waits for frames itself.
                _outbox.Flush();
                _busy = false;
                var more = _frames.Values.TryFill(ProtocolConstants.FrameHeader);
                _busy = true;
                Interlocked.MemoryBarrier();
                _watch.Attend();
                if (!more) throw new EndOfStreamException("The coordinator closed the pipe without a farewell.");
                TakeFrame(stream: !_frames.HasCompleteFrame);
            }
        }
    }

    /// <summary>Takes one frame in.</summary>
    /// <param name="stream">The main thread's: the frame's end may not be here yet, and large blocks are read from the
    /// pipe straight to where they belong.</param>
    private void TakeFrame(bool stream)
    {
        var kind = _frames.ReadKind();
        if (_welcomed == (kind == FrameKind.Welcome))
            throw new ProtocolException(_welcomed ? "A second Welcome." : $"A frame of kind {(int)kind} before Welcome.");
        if (kind == FrameKind.Initialize && !_mayInitialize) throw new ProtocolException("An initializer after other frames.");
        _mayInitialize = kind == FrameKind.Welcome;
        try
        {
            switch (kind)
            {
                case FrameKind.Items:
                    TakeItems(stream);
                    break;
                case FrameKind.Call:
                    TakeCall(stream);
                    break;
                case FrameKind.EndCall:
                    _calls.Remove(_frames.Values.ReadInt64());
                    break;
                case FrameKind.Cancel:
                    _execution.Cancel(_frames.Values.ReadInt64());
                    break;
                case FrameKind.Revoke:
                    Revoke(_frames.Values.ReadInt32());
                    break;
                case FrameKind.Heartbeat:
                    var number = _frames.Values.ReadInt64();
                    _replies.Clear();
                    _replies.WriteFrame(FrameKind.HeartbeatReply, number);
                    _outbox.Append(_replies);
                    _outbox.Flush();
                    break;
                case FrameKind.Welcome:
                    Welcome();
                    break;
                case FrameKind.Initialize:
                    _batches.Enqueue(ItemBatch.Initializer(TakePoolFunction(stream, ignoresResult: true)));
                    break;
                case FrameKind.Finalize:
                    if (_finalizerCame) throw new ProtocolException("A second finalizer.");
                    _finalizerCame = true;
                    _batches.Enqueue(ItemBatch.Finalizer(TakePoolFunction(stream, ignoresResult: false)));
                    break;
                case FrameKind.Release:
                    _released.Add(_frames.Values.ReadInt64());
                    break;
                case FrameKind.Shutdown:
                    _shutdown = true;
                    break;
                default:
                    throw new ProtocolException($"A frame of the unknown kind {(int)kind}.");
            }

            _frames.EndFrame();
        }
        catch (MessagePackException e)
        {
            throw new ProtocolException($"A frame of kind {kind} that cannot be read: {e.Message}", e);
        }
    }

    private void Welcome()
    {
        var values = _frames.Values;
        var version = values.ReadInt32();
        if (version != ProtocolConstants.Version)
            throw new ProtocolException($"The coordinator speaks version {version} of the protocol, this worker version {ProtocolConstants.Version}.");
        _welcomed = true;

        WorkerContext.WorkerId = values.ReadInt32();
        for (var left = values.ReadMapHeader(); left > 0; left--)
        {
            var name = values.ReadString() ?? throw new MessagePackException("An environment variable without a name.");
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0')) throw new ProtocolException($"'{name}' is no name of an environment variable.");
            EnvironmentVariables.Set(name, values.ReadString());
        }

        // Found when an item needs them, which then fails with the reason if that fails.
        var formatters = values.ReadToEnd();
        if (formatters.Length == 0) return;
        _formatters = new Lazy<FormatterResolver>(() => FormatterList.Read(new MessagePackReader(formatters) { MayNameFiles = true }));
        var rest = new MessagePackReader(formatters);
        rest.Skip();
        if (!rest.End && !rest.TryReadNil()) _execution.MaxValueBytes = rest.ReadInt64();
    }

    private void TakeCall(bool stream)
    {
        var values = _frames.Values;
        var id = values.ReadInt64();
        var call = new WorkerCall(_formatters, values.ReadString() ?? "", values.ReadString() ?? "", values.ReadString())
        {
            Wants = (CallWants)values.ReadInt32(),
        };
        _calls[id] = call;
        if (stream && _frames.Length > ProtocolConstants.LargeFrame) call.ReadFunction(values);
        else call.KeepFunction(values.ReadToEnd());
    }

    private WorkerCall TakePoolFunction(bool stream, bool ignoresResult)
    {
        var values = _frames.Values;
        var call = new WorkerCall(_formatters, values.ReadString() ?? "", values.ReadString() ?? "", values.ReadString()) { IgnoresResult = ignoresResult };
        if (stream && _frames.Length > ProtocolConstants.LargeFrame) call.ReadFunction(values);
        else call.KeepFunction(values.ReadToEnd());
        return call;
    }

    private void TakeItems(bool stream)
    {
        var values = _frames.Values;
        var id = values.ReadInt64();
        if (!_calls.TryGetValue(id, out var call)) throw new ProtocolException($"Items of call {id}, which was not announced.");
        var first = values.ReadInt64();
        if (first < _nextSequence) throw new ProtocolException($"Items from {first} on, after items up to {_nextSequence}.");
        // The index in the call of the first; the others follow.
        var firstIndex = values.ReadInt64();
        var count = values.ReadArrayHeader();
        if (count > StatusPage.Slots) throw new ProtocolException($"{count} items in a frame; the limit is {StatusPage.Slots}.");
        if (first > long.MaxValue - count) throw new ProtocolException($"{count} items from {first} on: the numbers end before them.");
        _nextSequence = first + count;
        if (!_page.IsShared)
        {
            for (var i = 0; i < count; i++) _page.Grant(first + i);
        }

        if (stream && count == 1 && _frames.Length > ProtocolConstants.LargeFrame)
        {
            if (_execution.TryBegin(call, first, values)) _batches.Enqueue(new ItemBatch(call, first, firstIndex, 1, null));
            return;
        }

        _batches.Enqueue(new ItemBatch(call, first, firstIndex, count, new MessagePackReader(values.ReadToEnd()) { MayNameFiles = true }));
    }

    /// <summary>Lets go of shared memory that is gone: main thread, when no item runs that may be using it.</summary>
    private void ReleaseMemory()
    {
        foreach (var id in _released) SharedMemories.Release(id);
        _released.Clear();
    }

    /// <summary>Gives back what was not started, the last ones first, where there is no page to take them back from.</summary>
    private void Revoke(int count)
    {
        List<long> revoked = [];
        var oldest = Math.Max(0, Math.Max(_nextSequence - StatusPage.Slots, _execution.RunningItem + 1));
        for (var sequence = _nextSequence - 1; sequence >= oldest && revoked.Count < count; sequence--)
        {
            // Passing over those that were given back before: what lies in front of them still waits.
            if (_page.TryTakeBack(sequence)) revoked.Add(sequence);
        }

        _replies.Clear();
        var frame = _replies.BeginFrame(FrameKind.Revoked, 2);
        _replies.WriteArrayHeader(revoked.Count);
        foreach (var sequence in revoked) _replies.Write(sequence);
        _replies.EndFrame(frame);
        _outbox.Append(_replies);
        _outbox.Flush();
    }
}
