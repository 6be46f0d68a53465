using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Values;

namespace ProcessPool.Jobs;

/// <summary>A Map or Apply call: all inputs are known at the start, and all results are returned together.</summary>
internal sealed class MapJob<T, TResult, TOutcome> : Job
{
    private static readonly bool HasResults = typeof(TResult) != typeof(Nothing);

    private readonly ValueFormatter<T> _arguments;
    private readonly ValueFormatter<TResult> _formatter;
    private readonly T[] _inputs;
    private readonly TResult[] _results;
    private readonly TaskCompletionSource<TOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Failures _failures = new();
    private readonly Func<TResult[], TOutcome> _outcome;
    private int _next;

    /// <param name="call">The function.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="outcome">Makes what the caller gets of the results. The caller gets this task itself and no continuation of it, so
    /// it is complete when the call is.</param>
    public MapJob(EncodedCall call, CallOptions options, T[] inputs, Func<TResult[], TOutcome> outcome)
        : base(call, options)
    {
        _outcome = outcome;
        _arguments = call.Formatters.Get<T>();
        _formatter = call.Formatters.Get<TResult>();
        _inputs = inputs;
        _results = HasResults ? new TResult[inputs.Length] : [];
    }

    /// <summary>The results in the order of the inputs. Completes when no item is running.</summary>
    public Task<TOutcome> Completion => _completion.Task;

    protected override int FreshReady => _inputs.Length - _next;

    protected override bool InputEnded => true;

    public override Type ArgumentType => typeof(T);

    public override ValueFormatter ResultFormatter => _formatter;

    public override long IndexOf(long key) => key;

    protected override void WriteArgument(ref MessagePackWriter writer, ValueContext context, long key) => _arguments.Write(ref writer, _inputs[key], context);

    public override void ReadResult(ref MessagePackReader reader, FrameReader frame, long key, in ItemRun run)
    {
        ForgetArgument(key);
        if (HasResults) _results[key] = _formatter.Read(ref reader, Call.Formatters.FromWorker, frame);
    }

    public override bool HasSimpleArguments => _arguments.IsSimple;

    public override int WriteArguments(ref MessagePackWriter writer, ValueContext context, ReadOnlySpan<long> keys)
    {
        var count = CountConsecutive(keys);
        foreach (var input in _inputs.AsSpan((int)keys[0], count)) _arguments.Serialize(ref writer, input, context);
        return count;
    }

    public override void ReadResults(ref MessagePackReader reader, FrameReader frame, ReadOnlySpan<long> keys, int worker, ref int done)
    {
        foreach (var key in keys) ForgetArgument(key);
        while (!keys.IsEmpty)
        {
            var count = CountConsecutive(keys);
            if (HasResults) _formatter.Read(ref reader, Call.Formatters.FromWorker, frame, _results.AsSpan((int)keys[0], count), ref done);
            else SkipResults(ref reader, frame, count, ref done);
            keys = keys[count..];
        }
    }

    private static void SkipResults(ref MessagePackReader reader, FrameReader frame, int count, ref int done)
    {
        for (; count > 0; count--)
        {
            reader.SkipValue();
            if (frame.IsBeyond(ref reader)) throw new BrokenValueException("The frame ends inside a value.");
            done++;
        }
    }

    private static int CountConsecutive(ReadOnlySpan<long> keys)
    {
        var count = 1;
        while (count < keys.Length && keys[count] == keys[0] + count) count++;
        return count;
    }

    protected override bool OnFailure(long key, Exception failure, in ItemRun run)
    {
        ForgetArgument(key);
        _failures.Add(key, failure, isStopping: State >= JobState.Stopping);
        return Options.Errors == ErrorPolicy.FailFast;
    }

    public override long? Total => _inputs.Length;

    protected override void OnResults()
    {
        // Nobody waits for single results.
    }

    public override void OnEnded()
    {
        switch (StopReason)
        {
            case null when _failures.Any:
                _completion.TrySetException(ItemsFailedException.Of(_failures.All, _inputs.Length));
                break;
            case null:
                _completion.TrySetResult(_outcome(_results));
                break;
            case OperationCanceledException canceled when canceled.CancellationToken.IsCancellationRequested:
                _completion.TrySetCanceled(canceled.CancellationToken);
                break;
            default:
                _completion.TrySetException([StopReason, .. _failures.AttachTo(StopReason)]);
                break;
        }
    }

    protected override int TakeFresh(int most, Span<long> keys)
    {
        var count = Math.Min(most, FreshReady);
        for (var i = 0; i < count; i++) keys[i] = _next++;
        return count;
    }
}
