using System.Diagnostics;

namespace ProcessPool.Protocol.Tests;

// The product's worker, started by hand with raw pipes.
[TestFixture]
[CancelAfter(120_000)]
internal sealed class The_worker_ends_when_it_cannot_go_on
{
    private const int ProtocolError = 76;
    private const int Killed = 137;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static IEnumerable<TestCaseData> BrokenStreams()
    {
        yield return Case("stray text", "found the byte 0x6F", "oops\n"u8.ToArray());
        yield return Case("length of zero", "A frame of 0 bytes", Frames.Raw(0));
        yield return Case("length of 4 GiB", "A frame of 4294967295 bytes", Frames.Raw(uint.MaxValue));
        yield return Case("no kind", "does not start with its kind", Frames.Raw(1, 0x90));
        yield return Case("unknown kind", "unknown kind 99", Frames.Of((FrameKind)99));
        yield return Case("kind of the other direction", "kind 2", Frames.Result(0, 0));
        yield return Case("items of an unknown call", "items of call 7", Frames.Items(7, 0, 1));
        yield return Case("cancel without a number", "Cancel cannot be read", Frames.Of(FrameKind.Cancel));
        yield return Case("revoke of too many", "Revoke cannot be read", Frames.Of(FrameKind.Revoke, long.MaxValue));
        yield return Case("call that is cut off", "Call cannot be read", Frames.Of(FrameKind.Call, 1));
        yield return Case("initializer after another frame", "An initializer after other frames",
            [.. Frames.Of(FrameKind.Release, 1), .. Frames.Make(FrameKind.Initialize, 1, (ref w) => w.WriteNil())]);
        yield return Case("finalizer that is cut off", "Finalize cannot be read", Frames.Of(FrameKind.Finalize));
        yield return Case("two finalizers", "A second finalizer", [.. Function(FrameKind.Finalize), .. Function(FrameKind.Finalize)]);
        yield return Case("progress taken below nothing", "ProgressTaken cannot be read", Frames.Of(FrameKind.ProgressTaken, -1));
        yield return Case("lines taken below nothing", "OutputTaken cannot be read", Frames.Of(FrameKind.OutputTaken, -1));
        yield return Case("second welcome", "Welcome", Frames.Welcome());
    }

    [TestCaseSource(nameof(BrokenStreams))]
    public void It_says_why_on_stderr(string message, byte[] bytes)
    {
        using var worker = RawWorker.Start().Greet();
        worker.Send(bytes);
        Assert.That(worker.WaitForExit(Limit), Is.EqualTo(ProtocolError), () => worker.Error);
        Assert.That(worker.Error, Does.Contain("because of a protocol error").And.Contain(message));
    }

    [TestCaseSource(nameof(BrokenStreams))]
    public void It_says_why_on_stderr_also_while_an_item_runs(string message, byte[] bytes)
    {
        using var worker = RawWorker.Start().Greet();
        StartItem(worker, SayAndSleep);
        worker.Send(bytes);
        Assert.That(worker.WaitForExit(Limit), Is.EqualTo(ProtocolError), () => worker.Error);
        Assert.That(worker.Error, Does.Contain("because of a protocol error").And.Contain(message));
    }

    private static byte[] Function(FrameKind kind) => Frames.Make(kind, 4, (ref w) =>
    {
        w.Write("");
        w.Write("");
        w.WriteNil();
        w.WriteNil();
    });

    private static IEnumerable<TestCaseData> BadWelcomes()
    {
        yield return Case("another version", "version 1", Frames.Welcome(version: 1));
        yield return Case("another frame", "before", Frames.Of(FrameKind.Heartbeat, 1));
        yield return Case("an initializer that is cut off", "Initialize cannot be read", [.. Frames.Welcome(), .. Frames.Of(FrameKind.Initialize)]);
        yield return Case("two initializers", "An initializer after other frames",
            [.. Frames.Welcome(), .. Function(FrameKind.Initialize), .. Function(FrameKind.Initialize)]);
        yield return Case("a variable without a name", "''", Frames.Welcome(environment: [("", "x")]));
        yield return Case("a variable whose name is none", "'a=b'", Frames.Welcome(environment: [("a=b", null)]));
    }

    [TestCaseSource(nameof(BadWelcomes))]
    public void It_needs_a_welcome(string message, byte[] bytes)
    {
        using var worker = RawWorker.Start();
        worker.Expect(FrameKind.Hello);
        worker.Send(bytes);
        Assert.That(worker.WaitForExit(Limit), Is.EqualTo(ProtocolError), () => worker.Error);
        Assert.That(worker.Error, Does.Contain("because of a protocol error").And.Contain(message));
    }

    [Test]
    public void Sequence_numbers_must_rise()
    {
        using var worker = RawWorker.Start().Greet();
        var call = worker.Call(Twice);
        worker.Send(Frames.Items(call, 5, 1, 2), Frames.Items(call, 6, 1));
        Assert.That(worker.WaitForExit(Limit), Is.EqualTo(ProtocolError), () => worker.Error);
        Assert.That(worker.Error, Does.Contain("items from 6 on"));
    }

    [TestCase(new byte[] { 0xC1 }, TestName = "An_argument_that_has_no_end_breaks_the_frame(unused byte)")]
    [TestCase(new byte[] { 0x92, 1 }, TestName = "An_argument_that_has_no_end_breaks_the_frame(cut off)")]
    public void An_argument_that_has_no_end_breaks_the_frame(byte[] argument)
    {
        using var worker = RawWorker.Start().Greet();
        var call = worker.Call(Twice);
        worker.Send(Frames.Make(FrameKind.Items, 4, (ref w) =>
        {
            w.Write(call);
            w.Write(0);
            w.Write(0);
            w.WriteArrayHeader(1);
            w.WriteRaw(argument);
        }));
        Assert.That(worker.WaitForExit(Limit), Is.EqualTo(ProtocolError), () => worker.Error);
        Assert.That(worker.Error, Does.Contain("because of a protocol error"));
    }

    [Test]
    public void An_argument_of_another_type_fails_its_item_only()
    {
        using var worker = RawWorker.Start().Greet();
        var call = worker.Call(Twice);
        worker.Send(Frames.Make(FrameKind.Items, 4, (ref w) =>
        {
            w.Write(call);
            w.Write(0);
            w.Write(0);
            w.WriteArrayHeader(2);
            w.Write("text");
            w.Write(21);
        }));
        worker.ExpectReport(FrameKind.Failure, 0);
        worker.ExpectReport(FrameKind.Results, 1);
        Assert.That(worker.Values.ReadArrayHeader(), Is.EqualTo(1));
        Assert.That(worker.Values.ReadInt32(), Is.EqualTo(42));
    }

    private static IEnumerable<TestCaseData> TornStreams()
    {
        yield return new TestCaseData(Array.Empty<byte>()).SetArgDisplayNames("nothing");
        yield return new TestCaseData(new byte[] { 0xCE, 0 }).SetArgDisplayNames("half a length");
        yield return new TestCaseData(Frames.Of(FrameKind.Cancel, 1000)[..^1]).SetArgDisplayNames("a torn frame");
        yield return new TestCaseData(Frames.Raw(ProtocolConstants.MaxFrame, 0x94, (byte)FrameKind.Items)).SetArgDisplayNames("the start of a large one");
    }

    [TestCaseSource(nameof(TornStreams))]
    public void The_end_of_its_input_ends_it_without_a_word(byte[] bytes)
    {
        using var worker = RawWorker.Start().Greet();
        worker.Send(bytes);
        worker.Input.Dispose();
        Assert.That(worker.WaitForExit(Limit), Is.EqualTo(Killed), () => worker.Error);
        Assert.That(worker.Error, Is.Empty);
    }

    [TestCaseSource(nameof(TornStreams))]
    public void The_end_of_its_input_ends_it_while_an_item_runs_and_what_the_item_has_started(byte[] bytes)
    {
        using var worker = RawWorker.Start().Greet();
        var child = int.Parse(StartItem(worker, StartChildAndSleep));
        worker.Send(bytes);
        worker.Input.Dispose();
        Assert.That(worker.WaitForExit(Limit), Is.EqualTo(Killed), () => worker.Error);
        Assert.That(() => IsAlive(child), Is.False.After(10_000, 10));
    }

    [Test]
    public void It_answers_control_frames_while_an_item_runs()
    {
        using var worker = RawWorker.Start().Greet();
        var call = worker.Call(SayAndSleep);
        worker.Send(Frames.Items(call, 3, 60_000, 1, 2, 3));
        worker.ExpectReport(FrameKind.Output, 3);
        worker.Send(Frames.Of(FrameKind.Heartbeat, 9), Frames.Of(FrameKind.Revoke, 2), Frames.Of(FrameKind.Release, 0), Frames.Of(FrameKind.EndCall, 99));
        worker.ExpectReport(FrameKind.HeartbeatReply, 9);
        worker.Expect(FrameKind.Revoked);
        Assert.That((worker.Values.ReadArrayHeader(), worker.Values.ReadInt32(), worker.Values.ReadInt32()), Is.EqualTo((2, 6, 5)));
    }

    private static string StartItem(RawWorker worker, Func<int, int> function)
    {
        worker.Send(Frames.Items(worker.Call(function), 0, 60_000));
        worker.ExpectReport(FrameKind.Output, 0);
        worker.Values.Skip();
        var line = worker.Values.ReadText();
        return line!;
    }

    private static int Twice(int number) => 2 * number;

    private static int SayAndSleep(int milliseconds)
    {
        Console.WriteLine("running");
        Thread.Sleep(milliseconds);
        return milliseconds;
    }

    private static int StartChildAndSleep(int milliseconds)
    {
        using var child = Process.Start("sleep", "600");
        Console.WriteLine(child.Id);
        Thread.Sleep(milliseconds);
        return milliseconds;
    }

    private static bool IsAlive(int processId)
    {
        // A zombie that nobody reaps has ended, too.
        var status = $"/proc/{processId}/status";
        try
        {
            return !File.ReadAllText(status).Contains("State:\tZ");
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static TestCaseData Case(string name, string message, byte[] bytes) => new TestCaseData(message, bytes).SetArgDisplayNames(name);
}
