using static ProcessPool.Protocol.Tests.A_worker_that_breaks_the_protocol_is_killed;

namespace ProcessPool.Protocol.Tests;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class What_a_worker_sends_is_checked
{
    private static IEnumerable<TestCaseData> BadReports()
    {
        yield return Case("result of another type", Frames.Make(FrameKind.Result, 2, (ref w) =>
        {
            w.Write(0);
            w.Write("text");
        }));
        yield return Case("result without a value", Frames.Of(FrameKind.Result, 0));
        yield return Case("result that does not fit", Frames.Of(FrameKind.Result, 0, long.MaxValue));
        yield return Case("result that is cut off within the frame", Frames.Raw(5, 0x93, (byte)FrameKind.Result, 0, 0xCE, 0));
        yield return Case("result of a byte that means nothing", Frames.Raw(4, 0x93, (byte)FrameKind.Result, 0, 0xC1));
        yield return Case("failure that is a number", Frames.Of(FrameKind.Failure, 0, 5));
        yield return Case("failure without an error", Frames.Of(FrameKind.Failure, 0));
        yield return Case("failure of the wrong size", Frames.Raw(5, 0x93, (byte)FrameKind.Failure, 0, 0x91, 0xC0));
        yield return Case("failure of nothing but inner ones", Frames.Make(FrameKind.Failure, 2, (ref w) =>
        {
            w.Write(0);
            for (var depth = 0; depth < 2000; depth++) WriteErrorUpToInner(ref w, 1);
        }));
    }

    [TestCaseSource(nameof(BadReports))]
    public async Task A_report_that_cannot_be_read_fails_its_item_and_the_worker_goes_on(byte[] report)
    {
        var (results, failures) = await Run(worker =>
        {
            worker.NextItems();
            worker.Send(report);
            worker.Serve();
        });
        Assert.That(results, Is.EqualTo(Doubled(1)));
        Assert.That(failures, Has.Count.EqualTo(1));
        Assert.That(failures[0], Is.Not.InstanceOf<WorkerDiedException>());
        Assert.That(failures[0].Message, Is.Not.Empty);
    }

    [Test]
    public async Task Counts_that_no_bytes_follow_allocate_nothing([Values("inner", "numbers", "generic arguments", "revoked")] string what)
    {
        const int declared = 0x7000_0000;
        var frame = Frames.Make(what == "revoked" ? FrameKind.Revoked : FrameKind.Failure, 2, (ref w) =>
        {
            if (what != "revoked") w.Write(0);
            switch (what)
            {
                case "inner":
                    WriteErrorUpToInner(ref w, declared);
                    break;
                case "numbers":
                    WriteErrorUpToInner(ref w, 0);
                    w.Write(0);
                    w.WriteMapHeader(0);
                    w.WriteMapHeader(1);
                    w.Write(0);
                    w.WriteArrayHeader(declared);
                    break;
                case "generic arguments":
                    w.WriteArrayHeader(12);
                    w.WriteArrayHeader(declared);
                    w.WriteArrayHeader(3);
                    w.Write(typeof(object).Assembly.FullName);
                    w.Write(typeof(object).Module.ModuleVersionId.ToByteArray());
                    w.WriteNil();
                    w.Write(typeof(List<>).MetadataToken);
                    break;
                default:
                    w.WriteArrayHeader(declared);
                    break;
            }
        });

        // As if all that is counted were to follow.
        frame.AsSpan(1, 4).Clear();
        frame[1] = 0x7F;
        var before = GC.GetTotalAllocatedBytes();
        var (results, failures) = await Run(worker =>
        {
            worker.NextItems();
            worker.Send(frame);
        });
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(64 << 20));
        Assert.That(results, Is.EqualTo(Doubled(1)));
        Assert.That(failures, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_result_that_is_longer_than_the_worker_was_told_is_not_taken_in_and_fails_its_item()
    {
        const int limit = 1000;
        const int size = 64 << 20;
        var report = Frames.Make(FrameKind.Result, 2, (ref w) =>
        {
            w.Write(0);
            w.Write(new byte[size]);
        });
        var launcher = new ScriptedLauncher(worker =>
        {
            worker.Greet();
            worker.NextItems();
            worker.Send(report);
            worker.Serve();
        });
        await using var pool = new Pool(new PoolOptions { Workers = 1, MaxValueBytes = limit, Output = _ => { } }, launcher);
        var before = GC.GetTotalAllocatedBytes();
        var failure = (await Assert.ThrowsAsync<ValueException>(() => pool.ApplyAsync(static i => new byte[i], 1).WaitAsync(TimeSpan.FromSeconds(30))))!;
        Assert.That(failure.Message, Does.Contain($"the limit is {limit} (PoolOptions.MaxValueBytes)"));
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(size / 4));
        Assert.That(await pool.ApplyAsync(static i => 2 * i, 21), Is.EqualTo(42));
        Assert.That((launcher.Starts, launcher.Errors), Is.EqualTo((1, Array.Empty<Exception>())));
    }

    private static IEnumerable<TestCaseData> TornFrames()
    {
        var result = Frames.Result(0, 1000);
        for (var length = 1; length < result.Length; length++)
            yield return new TestCaseData(result[..length]).SetArgDisplayNames($"{length} of {result.Length} bytes");
        byte[] failure = [.. Document.Frames["Failure"]];
        failure[7] = 0;
        yield return new TestCaseData(failure[..^4]).SetArgDisplayNames("a failure");
    }

    [TestCaseSource(nameof(TornFrames))]
    public async Task A_frame_torn_by_death_fails_the_item_that_was_running(byte[] torn)
    {
        var (results, failures) = await Run(worker =>
        {
            worker.NextItems();
            worker.Send(torn);
        });
        Assert.That(results, Is.EqualTo(Doubled(1)));
        Assert.That(failures, Has.Count.EqualTo(1));
        Assert.That(failures[0], Is.InstanceOf<WorkerDiedException>().With.Message.Contains("ended with exit code 0"));
    }

    private static void WriteErrorUpToInner(ref MessagePackWriter writer, int inner)
    {
        writer.WriteArrayHeader(12);
        writer.WriteNil();
        writer.Write("Error");
        writer.Write("message");
        writer.Write(true);
        writer.WriteNil();
        writer.Write(0);
        writer.WriteNil();
        writer.WriteNil();
        writer.WriteArrayHeader(inner);
    }

    private static TestCaseData Case(string name, byte[] bytes) => new TestCaseData(bytes).SetArgDisplayNames(name);
}
