using System.Buffers;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Memory;
using ProcessPool.Values;
using ProcessPool.Worker.Items;

namespace ProcessPool.Worker;

// Handles each kind of frame that the coordinator sends.
internal sealed partial class Session
{
    /// <summary>Reads and handles one frame.</summary>
    /// <param name="stream">True on the main thread if the frame may not have arrived completely. Large content is then decoded
    /// as it arrives, without a copy of its bytes.</param>
    private void TakeFrame(bool stream)
    {
        if (!_frames.TryBegin()) throw new ConnectionEndedException("The coordinator closed the pipe without a Shutdown frame.");
        var values = _frames.Values;
        var kind = FrameKind.None;
        try
        {
            kind = FrameReader.ReadKind(ref values);
            if (_welcomed == (kind == FrameKind.Welcome))
                throw new ProtocolException(_welcomed ? "A second Welcome frame." : $"A frame of kind {(int)kind} before Welcome.");
            if (kind == FrameKind.Initialize && !_mayInitialize) throw new ProtocolException("An initializer after other frames.");
            _mayInitialize = kind == FrameKind.Welcome;
            switch (kind)
            {
                case FrameKind.Items:
                    TakeItems(ref values, stream);
                    break;
                case FrameKind.Call:
                    TakeCall(ref values, stream);
                    break;
                case FrameKind.EndCall:
                    _calls.Remove(values.ReadInt64());
                    break;
                case FrameKind.Cancel:
                    _execution.Cancel(values.ReadInt64());
                    break;
                case FrameKind.Revoke:
                    Revoke(values.ReadInt32());
                    break;
                case FrameKind.ProgressTaken:
                    _progress.OnTaken(values.ReadNumber(0, long.MaxValue, "a weight of reports"));
                    break;
                case FrameKind.OutputTaken:
                    _output.OnTaken(values.ReadNumber(0, long.MaxValue, "a weight of lines"));
                    break;
                case FrameKind.Heartbeat:
                    var number = values.ReadInt64();
                    _replies.Clear();
                    _replies.WriteFrame(FrameKind.HeartbeatReply, number);
                    _outbox.Append(_replies);
                    _outbox.Flush();
                    break;
                case FrameKind.Welcome:
                    Welcome(ref values);
                    break;
                case FrameKind.Initialize:
                    _waiting.Enqueue(new Initialization(TakePoolFunction(ref values, stream, ignoresResult: true)));
                    break;
                case FrameKind.Finalize:
                    if (_finalizerCame) throw new ProtocolException("A second finalizer.");
                    _finalizerCame = true;
                    _waiting.Enqueue(new Finalization(TakePoolFunction(ref values, stream, ignoresResult: false)));
                    break;
                case FrameKind.Release:
                    _released.Add(values.ReadInt64());
                    break;
                case FrameKind.Shutdown:
                    _shutdown = true;
                    break;
                default:
                    throw new ProtocolException($"A frame of the unknown kind {(int)kind}.");
            }

            _frames.EndFrame();
        }
        catch (Exception e) when (BrokenValueException.Covers(e))
        {
            throw new ProtocolException($"A frame of kind {kind} cannot be read: {BrokenValueException.Of(e).Message}", e);
        }
    }

    private void Welcome(ref MessagePackReader values)
    {
        var version = values.ReadInt32();
        if (version != ProtocolConstants.Version)
            throw new ProtocolException($"The coordinator uses version {version} of the protocol, but this worker uses version {ProtocolConstants.Version}.");
        _welcomed = true;

        WorkerContext.WorkerId = values.ReadInt32();
        for (var left = values.ReadMapHeader(); left > 0; left--)
        {
            var name = values.ReadText() ?? throw new BrokenValueException("An environment variable without a name.");
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0')) throw new ProtocolException($"'{name}' is not a valid name of an environment variable.");
            EnvironmentVariables.Set(name, values.ReadText());
        }

        if (values.End) return;

        // The formatters are created when an item needs them. If that fails, the item fails with the reason.
        var start = values.Position;
        values.SkipValue();
        var formatters = values.Sequence.Slice(start, values.Position).ToArray();
        _formatters = new Lazy<ValueResolver>(() =>
        {
            var list = new MessagePackReader(formatters);
            return FormatterList.Read(ref list);
        });
        if (!values.End && !values.TryReadNil()) _execution.MaxValueBytes = values.ReadInt64();
        if (values.End) return;
        if (_ownsProcess) CallersProgram.TakeOn(ref values);
        else values.SkipValue();
    }

    private void TakeCall(ref MessagePackReader values, bool stream)
    {
        _frames.FillStart(ref values);
        var id = values.ReadInt64();
        var call = new WorkerCall(_formatters, CallCulture.Read(ref values), CallCulture.Read(ref values), values.ReadText())
        {
            Wants = (CallWants)values.ReadInt32(),
            Progress = new CallChannel(_execution, _progress),
        };
        _calls[id] = call;
        TakeFunction(ref values, call, stream);
    }

    private WorkerCall TakePoolFunction(ref MessagePackReader values, bool stream, bool ignoresResult)
    {
        _frames.FillStart(ref values);
        var call = new WorkerCall(_formatters, CallCulture.Read(ref values), CallCulture.Read(ref values), values.ReadText()) { IgnoresResult = ignoresResult };
        TakeFunction(ref values, call, stream);
        return call;
    }

    /// <summary>
    /// Takes the function from the rest of the frame. A large one is decoded directly from the stream, if possible.
    /// </summary>
    private void TakeFunction(ref MessagePackReader values, WorkerCall call, bool stream)
    {
        if (stream && _frames.Length > ProtocolConstants.LargeFrame) call.ReadFunction(ref values, _frames);
        else call.KeepFunction(Rest(ref values));
    }

    private void TakeItems(ref MessagePackReader values, bool stream)
    {
        _frames.FillStart(ref values);
        var id = values.ReadInt64();
        if (!_calls.TryGetValue(id, out var call)) throw new ProtocolException($"Received items of call {id}, which was not announced.");
        var first = values.ReadInt64();
        if (first < _nextSequence) throw new ProtocolException($"Received items from {first} on, but {_nextSequence} is next.");

        // The index within the call of the first item; those of the others follow.
        var firstIndex = values.ReadInt64();
        var count = values.ReadArrayHeader();
        if (count > StatusPage.Slots) throw new ProtocolException($"A frame has {count} items; the limit is {StatusPage.Slots}.");
        if (first > long.MaxValue - count) throw new ProtocolException($"{count} items from {first} on exceed the range of sequence numbers.");
        _nextSequence = first + count;
        if (!_page.IsShared)
        {
            for (var i = 0; i < count; i++) _page.Grant(first + i);
        }

        if (stream && count == 1 && _frames.Length > ProtocolConstants.LargeFrame)
        {
            // Claimed before the frame has arrived completely, so whatever goes wrong is blamed on this item.
            if (_execution.TryBegin(call, first, ref values, _frames)) _waiting.Enqueue(new ItemBatch(call, first, firstIndex, 1, null));
            return;
        }

        _waiting.Enqueue(new ItemBatch(call, first, firstIndex, count, Rest(ref values)));
    }

    /// <summary>A copy of the rest of the frame.</summary>
    private byte[] Rest(ref MessagePackReader values)
    {
        _frames.Fill(ref values);
        return values.Sequence.Slice(values.Position).ToArray();
    }

    /// <summary>
    /// Releases shared memory that the coordinator has given up. Called on the main thread when no item runs that could be using
    /// it.
    /// </summary>
    private void ReleaseMemory()
    {
        foreach (var id in _released) SharedMemories.Release(id);
        _released.Clear();
    }

    /// <summary>
    /// Gives back items that have not started, the last ones first. Used when there is no shared page on which the coordinator
    /// could take them back itself.
    /// </summary>
    private void Revoke(int count)
    {
        List<long> revoked = [];
        var oldest = Math.Max(0, Math.Max(_nextSequence - StatusPage.Slots, _execution.RunningItem + 1));
        for (var sequence = _nextSequence - 1; sequence >= oldest && revoked.Count < count; sequence--)
        {
            // Skip items that were given back before: earlier ones may still be waiting.
            if (_page.TryTakeBack(sequence)) revoked.Add(sequence);
        }

        _replies.Clear();
        var writer = new MessagePackWriter(_replies);
        var frame = _replies.BeginFrame(ref writer, FrameKind.Revoked, 2);
        writer.WriteArrayHeader(revoked.Count);
        foreach (var sequence in revoked) writer.Write(sequence);
        _replies.EndFrame(ref writer, frame);
        _outbox.Append(_replies);
        _outbox.Flush();
    }
}
