using ProcessPool.Coordinator.Tests;

namespace ProcessPool.Protocol.Tests;

// What a pool of this version does not ask for, or not at a time that a test can choose.
[TestFixture]
[CancelAfter(60_000)]
internal sealed class The_worker_in_Python_keeps_to_the_document
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [SetUp]
    public void NeedsPython() => Python.Require("msgpack", "python3-msgpack");

    [Test]
    public void It_answers_while_an_item_runs_and_finishes_what_it_has()
    {
        using var worker = RawWorker.StartPython().Greet();
        var call = worker.Call(Foreign.Function<int, int>("wait"));
        worker.Send(Frames.Items(call, 5, 300, 0, 0, 0));
        worker.ExpectReport(FrameKind.Output, 5);

        worker.Send(Frames.Of(FrameKind.Heartbeat, 77), Frames.Of(FrameKind.Revoke, 2));
        worker.ExpectReport(FrameKind.HeartbeatReply, 77);
        worker.Expect(FrameKind.Revoked);
        Assert.That((worker.Values.ReadArrayHeader(), worker.Values.ReadInt32(), worker.Values.ReadInt32()), Is.EqualTo((2, 8, 7)));

        worker.Send(Frames.Of(FrameKind.Release, 1), Frames.Of(FrameKind.Shutdown), Frames.Of(FrameKind.Cancel, 5));
        worker.ExpectReport(FrameKind.Failure, 5);
        worker.ExpectReport(FrameKind.Result, 6);
        worker.Expect(FrameKind.Goodbye);
        Assert.That(worker.WaitForExit(Limit), Is.Zero);
    }

    [Test]
    public void It_ends_when_the_coordinator_is_gone()
    {
        using var worker = RawWorker.StartPython().Greet();
        var call = worker.Call(Foreign.Function<int, int>("wait"));
        worker.Send(Frames.Items(call, 0, 300));
        worker.ExpectReport(FrameKind.Output, 0);
        worker.Input.Dispose();
        Assert.That(worker.WaitForExit(Limit), Is.EqualTo(137));
    }
}
