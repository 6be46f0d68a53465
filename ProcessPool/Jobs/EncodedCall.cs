using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Progress;
using ProcessPool.Values;

namespace ProcessPool.Jobs;

/// <summary>A call's function and surroundings, encoded once as the frame that every worker gets before its first item.</summary>
internal sealed class EncodedCall
{
    private static long _lastId;

    private readonly FrameBuffer _function = new(256);
    private readonly Surroundings _surroundings;
    private readonly CallWants _wants;

    /// <param name="function">The function.</param>
    /// <param name="formatters">Those of the pool, through which its captures, arguments and results travel.</param>
    /// <param name="wants">What it asks of the workers.</param>
    /// <param name="directory">Where its items run; null: in the directory that is the current one now.</param>
    /// <exception cref="FunctionException">The function cannot be sent to another process.</exception>
    /// <exception cref="ValueException">What it captured cannot.</exception>
    public EncodedCall(Delegate function, ValueResolver formatters, CallWants wants = CallWants.None, string? directory = null)
    {
        _wants = wants;
        Formatters = formatters;
        _surroundings = Surroundings.Here(directory);
        Function = function;
        _function.TakesProgress = true;
        var writer = new MessagePackWriter(_function);
        FunctionWriter.Write(ref writer, function, _function.ContextOf(formatters));
        writer.Flush();
        Targets = _function.TakeProgressTargets() ?? [];
        WriteFrame();
    }

    private EncodedCall(EncodedCall other, CallWants wants)
    {
        _wants = wants;
        Formatters = other.Formatters;
        Function = other.Function;
        Targets = other.Targets;
        (_function, _surroundings) = (other._function, other._surroundings);
        WriteFrame();
    }

    /// <summary>Unique in this process, so that a worker is never given two calls by one name.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    public ValueResolver Formatters { get; }

    /// <summary>What it has captured lives as long as the call: shared memory would be released otherwise.</summary>
    public Delegate Function { get; }

    /// <summary>The objects that it has captured to report to.</summary>
    public ProgressTarget[] Targets { get; }

    public FrameBuffer Frame { get; } = new(256);

    /// <summary>Whether it is sent only to a worker that has nothing else to do.</summary>
    public bool IsLarge => Frame.Length > ProtocolConstants.LargeFrame;

    /// <summary>The same once more, as a call of its own: workers end and cancel calls by their names.</summary>
    /// <param name="wants">What it asks of the workers besides.</param>
    public EncodedCall Again(CallWants wants) => new(this, _wants | wants);

    private void WriteFrame()
    {
        var writer = new MessagePackWriter(Frame);
        var frame = Frame.BeginFrame(ref writer, FrameKind.Call, 7);
        writer.Write(Id);
        _surroundings.Write(ref writer);
        writer.Write((int)_wants);
        Frame.Append(ref writer, _function);
        Frame.EndFrame(ref writer, frame);
    }
}
