using ProcessPool.Errors;
using ProcessPool.Jobs;
using ProcessPool.Memory;
using ProcessPool.Scheduling;
using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests.Fuzz;

// The coordinator's reading side, from the bytes of a worker to the end of its items.
[TestFixture]
[NonParallelizable]
internal sealed class Broken_frames_cost_their_worker_only
{
    private const int Items = 16;

    private readonly List<(ValueFormatter Formatter, byte[] Value)> _values = Broken_values_are_errors_or_other_values.MakeSamples();
    private readonly OutputPrinter _printer = new(_ => { });
    private readonly EncodedCall _call = new(new Func<int, int>(Math.Abs), Formatters.Default);
    private readonly StatusPage _page = new();

    [OneTimeTearDown]
    public void ClosePrinter() => _printer.Close();

    [Test]
    public void Whatever_a_worker_sends()
    {
        var broken = 0;
        var done = 0;
        Fuzzing.Run(share: 20, random =>
        {
            var (formatter, value) = _values[random.Next(_values.Count)];
            var frames = Frames(value, random);
            var greets = random.Next(50) == 0;
            byte[] stream = [.. frames.Skip(greets ? 0 : 1).SelectMany((frame, i) => (i > 0 || !greets) && random.Next(6) == 0 ? Mutation.Of(frame, frames, random) : frame)];
            var page = random.Next(2) == 0 ? null : Disturb(random);
            var (job, cause) = ReadAll(new FuzzConnection(new Dripping(stream, random).AsStream(), page), formatter, greets);
            if (job.Finding is not null || cause.Contains("   at ")) throw new AssertionException($"{job.Finding}\n{cause}\nBytes: {Convert.ToHexString(stream)}");
            if (cause.Contains("broke the protocol")) broken++;
            done += job.Done;
            return frames.Count;
        });
        Assert.That((broken, done), Is.GreaterThan((0, 0)));
    }

    [Test]
    public void Frames_cut_off_anywhere()
    {
        var sample = _values.First(sample => sample.Value.Length is > 10 and < 30);
        var frames = Frames(sample.Value, new Random(1));
        const int kind = ProtocolConstants.FrameHeader + 1;
        foreach (var frame in frames.Skip(1).DistinctBy(frame => frame[kind]))
        {
            for (var length = 0; length <= frame.Length; length++)
            {
                var stream = frame[..length];
                var (job, cause) = ReadAll(new FuzzConnection(new MemoryStream(stream), null), sample.Formatter, greets: false);
                Assert.That(job.Finding, Is.Null);
                Assert.That(cause, frame[kind] == (byte)FrameKind.Revoked && length == frame.Length ? Does.Contain("gave items back") : Is.EqualTo("ended with exit code 0"), $"{frame[kind]}, {length}");
            }
        }
    }

    /// <summary>The life of one worker, from its bytes.</summary>
    private (FuzzJob Job, string Cause) ReadAll(FuzzConnection connection, ValueFormatter formatter, bool greets)
    {
        var scheduler = new Scheduler(new PoolOptions { Workers = 1 }, TimeProvider.System, static _ => { });
        using var worker = new WorkerProcess(0, connection, scheduler, _printer, new WorkerBooks());
        var job = new FuzzJob(_call, formatter, Items);
        job.Take(Items, worker.Lane.Keys);
        worker.Lane.Items.Give(job, worker.Lane.Keys.AsSpan(0, Items));
        if (greets)
        {
            try
            {
                worker.Greet([]);
            }
            catch (WorkerStartException e)
            {
                return (job, e.Message);
            }
        }

        worker.ReadUntilDeath();
        scheduler.Died(worker.Lane);
        Assert.That(worker.Lane.Items.Count, Is.Zero);
        Assert.That(job.Items.Given, Is.Zero);
        return (job, worker.Cause);
    }

    /// <summary>A page such as a worker that has lost its mind leaves behind.</summary>
    private StatusPage Disturb(Random random)
    {
        _page.RunningItem = Any(random);
        _page.StartedAt = Any(random);
        _page.Published = Any(random);
        _page.OpenResults = random.Next(2) == 0 ? -1 : Any(random);
        _page.ExitReason = (ExitReason)random.Next(-1, 7);
        random.NextBytes(_page.Outbox[..4096]);
        return _page;
    }

    private static long Any(Random random) => random.Next(4) switch
    {
        0 => random.NextInt64(long.MinValue, long.MaxValue),
        1 => random.Next(-10, 4096),
        2 => random.Next(2) == 0 ? long.MaxValue : long.MinValue,
        _ => random.Next(StatusPage.OutboxSize + 1000),
    };

    /// <summary>One of each kind, the greeting first.</summary>
    private static List<byte[]> Frames(byte[] value, Random random)
    {
        List<byte[]> frames = [Tests.Frames.Hello()];
        for (var sequence = 0; sequence < Items; sequence++)
        {
            var number = sequence;
            if (random.Next(8) == 0)
            {
                var count = random.Next(1, Items - sequence + 1);
                frames.Add(Tests.Frames.Results(number, count, (ref w) =>
                {
                    for (var i = 0; i < count; i++) w.WriteRaw(value);
                }));
                sequence += count - 1;
            }
            else if (random.Next(4) != 0) frames.Add(Tests.Frames.Make(FrameKind.Result, 2, (ref w) =>
            {
                w.Write(number);
                w.WriteRaw(value);
            }));
            else frames.Add(Tests.Frames.Make(FrameKind.Failure, 2, (ref w) =>
            {
                w.Write(number);
                RemoteExceptionWriter.Write(ref w, new AggregateException("many", new ArgumentException("one", "name"), new FormatException("two")));
            }));
            if (random.Next(4) == 0) frames.Add(Tests.Frames.Of(FrameKind.Progress, number, random.Next(100), 50));
            if (random.Next(4) == 0) frames.Add(Tests.Frames.Make(FrameKind.Output, 4, (ref w) =>
            {
                w.Write(number);
                w.Write(1);
                w.Write("a line");
                w.Write(false);
            }));
        }

        frames.Add(Tests.Frames.Of(FrameKind.HeartbeatReply, 5));
        frames.Add(Tests.Frames.Of(FrameKind.Goodbye));
        frames.Add(Tests.Frames.Revoked(3, 4));
        if (random.Next(8) == 0) frames = [frames[0], .. frames.Skip(1).OrderBy(_ => random.Next())];
        return frames;
    }
}
