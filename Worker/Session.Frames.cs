using ProcessPool.Functions;
using ProcessPool.Memory;
using ProcessPool.MessagePack;
using ProcessPool.Protocol;
using ProcessPool.Worker.Items;

namespace ProcessPool.Worker;

// What each frame of the coordinator means.
internal sealed partial class Session
{
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
                case FrameKind.ProgressTaken:
                    _progress.OnTaken(_frames.Values.ReadInt64(0, long.MaxValue, "a weight of reports"));
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
                    _waiting.Enqueue(new Initialization(TakePoolFunction(stream, ignoresResult: true)));
                    break;
                case FrameKind.Finalize:
                    if (_finalizerCame) throw new ProtocolException("A second finalizer.");
                    _finalizerCame = true;
                    _waiting.Enqueue(new Finalization(TakePoolFunction(stream, ignoresResult: false)));
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
            Progress = new CallChannel(_execution, _progress),
        };
        _calls[id] = call;
        TakeFunction(call, stream);
    }

    private WorkerCall TakePoolFunction(bool stream, bool ignoresResult)
    {
        var values = _frames.Values;
        var call = new WorkerCall(_formatters, values.ReadString() ?? "", values.ReadString() ?? "", values.ReadString()) { IgnoresResult = ignoresResult };
        TakeFunction(call, stream);
        return call;
    }

    /// <summary>The rest of the frame. A large function is not kept as bytes besides, if its end need not be waited for elsewhere.</summary>
    private void TakeFunction(WorkerCall call, bool stream)
    {
        if (stream && _frames.Length > ProtocolConstants.LargeFrame) call.ReadFunction(_frames.Values);
        else call.KeepFunction(_frames.Values.ReadToEnd());
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
            if (_execution.TryBegin(call, first, values)) _waiting.Enqueue(new ItemBatch(call, first, firstIndex, 1, null));
            return;
        }

        _waiting.Enqueue(new ItemBatch(call, first, firstIndex, count, new MessagePackReader(values.ReadToEnd()) { MayNameFiles = true }));
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
