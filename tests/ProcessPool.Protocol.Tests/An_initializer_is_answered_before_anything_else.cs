namespace ProcessPool.Protocol.Tests;

/// <summary>The frames that a worker may send between its greeting and its first item, with an initializer.</summary>
[TestFixture]
[CancelAfter(60_000)]
internal sealed class An_initializer_is_answered_before_anything_else
{
    private static IEnumerable<TestCaseData> WrongAnswers()
    {
        yield return Case("a result", "a frame of kind 2 before its initializer had run", Frames.Result(0, 1));
        yield return Case("a farewell", "a frame of kind 7 before its initializer had run", Frames.Of(FrameKind.Goodbye));
        yield return Case("an error that is none", "broke the protocol", Frames.Of(FrameKind.Initialized, 5));
        yield return Case("half an answer", "the worker ended with exit code 0", Frames.Of(FrameKind.Initialized)[..6]);
        yield return Case("text", "Something else wrote to this stream", "done\n\n\n\n"u8.ToArray());
        yield return Case("nothing", "the worker ended with exit code 0");
    }

    [TestCaseSource(nameof(WrongAnswers))]
    public void Whoever_says_something_else_has_not_started(string message, byte[] answer)
    {
        var launcher = new ScriptedLauncher(worker =>
        {
            worker.Greet();
            worker.Expect(FrameKind.Initialize);
            worker.Send(answer);
        });
        using var pool = new Pool(new PoolOptions { Workers = 1, Initializer = static () => { } }, launcher);
        Assert.That(() => pool.Map(i => i, [1]), Throws.TypeOf<WorkerStartException>().With.Message.Contains(message).And.Message.Contains("PoolOptions.Initializer"));
        Assert.That(launcher.Errors, Is.Empty);
    }

    [Test]
    public void Lines_and_answers_to_heartbeats_may_come_before()
    {
        var launcher = new ScriptedLauncher(worker =>
        {
            worker.Greet();
            worker.Expect(FrameKind.Initialize);
            worker.Send(Frames.Of(FrameKind.HeartbeatReply, 1), Frames.Make(FrameKind.Output, 4, (ref w) =>
            {
                w.WriteNil();
                w.Write(1);
                w.Write("hello");
                w.Write(false);
            }));
            worker.Send(Frames.Make(FrameKind.Initialized, 1, (ref w) => w.WriteNil()));
            worker.Serve();
        });
        List<WorkerOutput> lines = [];
        using (var pool = new Pool(new PoolOptions { Workers = 1, Initializer = static () => { }, Output = lines.Add }, launcher))
            Assert.That(pool.Map(i => 2 * i, [1, 2]), Is.EqualTo(new[] { 2, 4 }));
        Assert.That(lines, Is.EqualTo(new[] { new WorkerOutput(0, null, OutputSource.Out, "hello") }));
        Assert.That(launcher.Errors, Is.Empty);
    }

    [Test]
    public void Memory_that_goes_meanwhile_is_told()
    {
        using var runs = new ManualResetEventSlim();
        var launcher = new ScriptedLauncher(worker =>
        {
            worker.Greet();
            worker.Expect(FrameKind.Initialize);
            runs.Set();
            worker.Expect(FrameKind.Release);
            worker.Send(Frames.Make(FrameKind.Initialized, 1, (ref w) => w.WriteNil()));
            worker.Serve();
        });
        var array = SharedArray.Create<int>(10);
        using var pool = new Pool(new PoolOptions { Workers = 1, Initializer = () => array.Fill(1) }, launcher);
        using var limit = TestContext.CurrentContext.CancellationToken.Register(pool.Terminate);
        Assert.That(runs.Wait(TimeSpan.FromSeconds(30)), Is.True);

        array.Dispose();
        Assert.That(pool.Map(i => 2 * i, [1, 2]), Is.EqualTo(new[] { 2, 4 }));
        Assert.That(launcher.Errors, Is.Empty);
    }

    [Test]
    public void Without_one_nothing_is_asked()
    {
        var launcher = new ScriptedLauncher(worker =>
        {
            worker.Greet();
            worker.Expect(FrameKind.Call);
            worker.Serve();
        });
        using var pool = new Pool(new PoolOptions { Workers = 1 }, launcher);
        Assert.That(pool.Map(i => 2 * i, [1, 2]), Is.EqualTo(new[] { 2, 4 }));
        Assert.That(launcher.Errors, Is.Empty);
    }

    private static TestCaseData Case(string name, string message, params byte[] answer) =>
        new TestCaseData(message, answer).SetArgDisplayNames(name);
}
