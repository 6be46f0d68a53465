using ProcessPool.Jobs;

namespace ProcessPool.Protocol.Tests;

/// <summary>A coordinator that dies may leave any part of any kind of frame in the pipe.</summary>
[CancelAfter(300_000)]
internal sealed class A_stream_that_is_cut_off_anywhere_ends_the_worker
{
    private const int Killed = 137;
    private static readonly EncodedCall Call = new(new Func<int, int>(Math.Abs), ProcessPool.Values.Formatters.Default);

    private static IEnumerable<TestCaseData> LastFrames()
    {
        yield return Case("Welcome", [], Frames.Welcome(environment: [("A", "x"), ("B", null)]));
        yield return Case("Call", [Frames.Welcome()], Call.Frame.ToArray());
        yield return Case("Items", [Frames.Welcome(), Call.Frame.ToArray()], Frames.Items(Call.Id, 0, 1, 300, -5));
        foreach (var kind in (FrameKind[])[FrameKind.EndCall, FrameKind.Cancel, FrameKind.Revoke, FrameKind.Release, FrameKind.Heartbeat])
            yield return Case(kind.ToString(), [Frames.Welcome(), Call.Frame.ToArray()], Frames.Of(kind, 70_000));
        yield return Case("Shutdown", [Frames.Welcome()], Frames.Make(FrameKind.Shutdown, 0, (ref _) => { }));
    }

    [TestCaseSource(nameof(LastFrames))]
    public void Whatever_the_kind_of_its_last_frame(byte[][] before, byte[] last)
    {
        // Each offset of a short one; of a long one, which is text for the most part, some.
        var offsets = Enumerable.Range(1, last.Length - 1).Where(offset => offset < 48 || offset % 16 == 0);
        Parallel.ForEach(offsets, new ParallelOptions { MaxDegreeOfParallelism = 4 }, offset =>
        {
            using var worker = RawWorker.Start();
            worker.Expect(FrameKind.Hello);
            worker.Send(before);
            worker.Send(last[..offset]);
            worker.Input.Dispose();
            Assert.That(worker.WaitForExit(TimeSpan.FromSeconds(60)), Is.EqualTo(Killed), () => $"cut at {offset}: {worker.Error}");
            Assert.That(worker.Error, Is.Empty);
        });
    }

    private static TestCaseData Case(string name, byte[][] before, byte[] last) => new TestCaseData(before, last).SetArgDisplayNames(name);
}
