using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Progress;
using ProcessPool.Values;
using ProcessPool.Workers;

namespace ProcessPool.Jobs;

/// <summary>A call's function and surroundings, encoded once as the frame that every worker gets before its first item.</summary>
internal sealed class EncodedCall
{
    private static long _lastId;

    private readonly FrameBuffer _function = new(256);
    private readonly Surroundings _surroundings;
    private readonly CallWants _wants;

    /// <param name="function">The function.</param>
    /// <param name="formatters">The pool's formatters, for captured variables, arguments and results.</param>
    /// <param name="wants">What the call asks of the workers.</param>
    /// <param name="surroundings">What the pool says about the cultures and the directory; null: they are the caller's.</param>
    /// <exception cref="FunctionException">The function cannot be sent to another process.</exception>
    /// <exception cref="ValueException">A captured variable cannot be sent to another process.</exception>
    public EncodedCall(Delegate function, ValueResolver formatters, CallWants wants = CallWants.None, WorkerSurroundings? surroundings = null)
    {
        _wants = wants;
        Formatters = formatters;
        _surroundings = Surroundings.Here(surroundings ?? WorkerSurroundings.None);
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
        Duration = other.Duration;
        (_function, _surroundings) = (other._function, other._surroundings);
        WriteFrame();
    }

    /// <summary>Unique in this process, so that a worker never gets two calls with the same id.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    public ValueResolver Formatters { get; }

    /// <summary>
    /// Keeps the captured variables alive as long as the call. Otherwise shared memory among them could be released.
    /// </summary>
    public Delegate Function { get; }

    /// <summary>How long the function's items took in earlier calls; null if nobody keeps that.</summary>
    public KnownDuration? Duration { get; init; }

    /// <summary>The captured objects that receive progress reports.</summary>
    public ProgressTarget[] Targets { get; }

    public FrameBuffer Frame { get; } = new(256);

    /// <summary>Whether the frame is so large that it is sent only to an idle worker.</summary>
    public bool IsLarge => Frame.Length > ProtocolConstants.LargeFrame;

    /// <summary>A copy with an id of its own, because workers end and cancel calls by their ids.</summary>
    /// <param name="wants">What the copy asks of the workers in addition.</param>
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
