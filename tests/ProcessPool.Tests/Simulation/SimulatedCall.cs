using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Jobs;
using ProcessPool.Values;

namespace ProcessPool.Tests.Simulation;

/// <summary>A call whose items are not sent anywhere. It records what happens to each of them.</summary>
internal sealed class SimulatedCall(EncodedCall call, CallOptions options, int count, bool isStream) : Job(call, options)
{
    private static readonly byte[] Megabyte = new byte[1_000_000];
    private static readonly EncodedCall AnyCall = new((Func<int, int>)(static x => x), Formatters.Default);
    private static readonly EncodedCall AnyLargeCall = Capture(Megabyte);

    private readonly Dictionary<long, string> _fates = [];
    private int _added = isStream ? 0 : count;
    private int _taken;

    /// <param name="options">How it is run.</param>
    /// <param name="count">How many inputs it has.</param>
    /// <param name="isStream">Whether they come one after the other.</param>
    /// <param name="capturesMuch">Whether its function is so large that the end of the call is announced to each worker at once.</param>
    public SimulatedCall(CallOptions options, int count, bool isStream, bool capturesMuch = false)
        : this((capturesMuch ? AnyLargeCall : AnyCall).Again(CallWants.None), options, count, isStream)
    {
    }

    /// <summary>What is wrong with it, if anything.</summary>
    public string? Fault { get; private set; }

    public bool HasEnded { get; private set; }

    /// <summary>Whether its items are so large that each is sent alone.</summary>
    public bool IsLarge { get; init; }

    public IReadOnlyDictionary<long, string> Fates => _fates;

    public int Count => count;

    public bool CanAdd => _added < count;

    public override bool IsStream => isStream;

    public override long? Total => count;

    public override Type ArgumentType => typeof(int);

    public override ValueFormatter ResultFormatter => Formatters.Default.Get<int>();

    protected override int FreshReady => _added - _taken;

    protected override bool InputEnded => _added == count;

    public override long IndexOf(long key) => key;

    public override void ReadResult(ref MessagePackReader reader, FrameReader frame, long key, in ItemRun run) => throw new NotSupportedException();

    /// <summary>An input comes.</summary>
    public void AddInput() => _added++;

    /// <summary>An item has given a result.</summary>
    public void Succeed(long key) => Note(key, "result");

    public override void OnEnded()
    {
        if (HasEnded) Fault ??= $"call {Call.Id} has ended twice";
        HasEnded = true;
        if (StopReason is null && _fates.Count != count) Fault ??= $"call {Call.Id} has ended without a reason, with {_fates.Count} of {count} items";
        if (Items.Ended != _fates.Count) Fault ??= $"call {Call.Id} counts {Items.Ended} items as ended, and {_fates.Count} have";
    }

    public override string ToString() => $"call {Call.Id} ({State}): {_taken} of {count} taken, {_fates.Count} ended";

    protected override int TakeFresh(int most, Span<long> keys)
    {
        var taken = Math.Min(most, FreshReady);
        for (var i = 0; i < taken; i++) keys[i] = _taken++;
        return taken;
    }

    protected override void WriteArgument(ref MessagePackWriter writer, ValueContext context, long key) => throw new NotSupportedException();

    protected override bool OnFailure(long key, Exception failure, in ItemRun run)
    {
        Note(key, failure.Message);
        return Options.Errors == ErrorPolicy.FailFast;
    }

    protected override void OnResults()
    {
        // Nobody waits for single results.
    }

    private static EncodedCall Capture(byte[] bytes) => new((Func<int, int>)(x => bytes.Length), Formatters.Default);

    private void Note(long key, string fate)
    {
        if (key < 0 || key >= _taken) Fault ??= $"item {key} of call {Call.Id} was never taken";
        if (!_fates.TryAdd(key, fate)) Fault ??= $"item {key} of call {Call.Id} has ended twice: {_fates[key]}, {fate}";
        if (HasEnded) Fault ??= $"item {key} of call {Call.Id} has ended after its call: {fate}";
    }
}
