using ProcessPool.Jobs;

namespace ProcessPool.Protocol.Tests.Fuzz;

/// <summary>A call whose results are of any type. It records what happens to its items.</summary>
internal sealed class FuzzJob(EncodedCall call, ValueFormatter formatter, int count) : Job(call, new CallOptions { MaxAttempts = 1 })
{
    private readonly bool[] _done = new bool[count];
    private int _next;

    /// <summary>What went wrong that may not: an unexpected exception, or an item that counts twice.</summary>
    public string? Finding { get; private set; }

    public int Done { get; private set; }

    protected override int FreshReady => _done.Length - _next;

    protected override bool InputEnded => true;

    public override Type ArgumentType => typeof(long);

    public override ValueFormatter ResultFormatter => formatter;

    public override long IndexOf(long key) => _done.Length > key ? key : throw new InvalidOperationException($"Key {key}.");

    protected override void WriteArgument(ref MessagePackWriter writer, ValueContext context, long key) => writer.Write(key);

    public override void ReadResult(ref MessagePackReader reader, FrameReader frame, long key, in ItemRun run)
    {
        try
        {
            formatter.ReadObject(ref reader, Formatters.Default.FromWorker);
            if (frame.IsBeyond(ref reader)) throw new BrokenValueException("beyond");
        }
        catch (Exception e) when (e is not BrokenValueException)
        {
            Finding = e.ToString();
            throw;
        }

        Count(key);
    }

    protected override bool OnFailure(long key, Exception failure, in ItemRun run)
    {
        if (failure.Message.Length < 0) Finding = "A failure without a message.";
        Count(key);
        return false;
    }

    public override long? Total => _done.Length;

    protected override void OnResults()
    {
        // Nobody waits.
    }

    public override void OnEnded()
    {
        // Nobody waits.
    }

    protected override int TakeFresh(int most, Span<long> keys)
    {
        var taken = Math.Min(most, FreshReady);
        for (var i = 0; i < taken; i++) keys[i] = _next++;
        return taken;
    }

    private void Count(long key)
    {
        if (_done[key]) Finding = $"Item {key} counts twice.";
        _done[key] = true;
        Done++;
    }
}
