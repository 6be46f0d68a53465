namespace ProcessPool.Protocol.Tests;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class A_worker_that_cannot_greet_does_not_start
{
    private static IEnumerable<TestCaseData> BadGreetings()
    {
        yield return Case("text", "You must install .NET", "You must install .NET to run this application.\n"u8.ToArray());
        yield return Case("another version", "It speaks version 1 of the protocol, this process version 3", Frames.Hello(version: 1));
        yield return Case("another frame", "Its first frame is not a greeting", Frames.Of(FrameKind.Goodbye));
        yield return Case("nothing", "it ended with exit code 0");
        yield return Case("half a length", "ended with exit code 0", [0xCE, 0]);
        yield return Case("half a greeting", "ended with exit code 0", Frames.Hello()[..7]);
        yield return Case("too large a greeting", "A frame of 4294967295 bytes", Frames.Raw(uint.MaxValue));
        yield return Case("a version that is text", "Unexpected msgpack code 160 (fixstr)", Frames.Raw(3, 0x92, 1, 0xA0));
        yield return Case("a greeting without a version", "The message ends inside a value", Frames.Raw(2, 0x91, 1));
    }

    [TestCaseSource(nameof(BadGreetings))]
    public void Its_calls_fail_with_the_reason_if_none_can(string message, byte[] greeting)
    {
        var launcher = new ScriptedLauncher(worker => worker.Send(greeting));
        using var pool = new Pool(new PoolOptions { Workers = 1 }, launcher);
        Assert.That(() => pool.Map(i => i, [1, 2, 3]), Throws.InstanceOf<WorkerStartException>().With.Message.Contains(message));
    }

    [TestCaseSource(nameof(BadGreetings))]
    public void Another_takes_its_place_and_nobody_notices(string message, byte[] greeting)
    {
        Assert.That(message, Is.Not.Empty);
        var launcher = new ScriptedLauncher(
            worker => worker.Send(greeting),
            worker =>
            {
                worker.Greet();
                worker.Serve();
            });
        using var pool = new Pool(new PoolOptions { Workers = 1 }, launcher);
        Assert.That(pool.Map(i => 2 * i, [1, 2, 3]), Is.EqualTo(new[] { 2, 4, 6 }));
        Assert.That(launcher.Starts, Is.EqualTo(2));
        Assert.That(launcher.Errors, Is.Empty);
    }

    [Test]
    public void Silence_has_a_limit([Values] bool begins)
    {
        var launcher = new ScriptedLauncher(worker =>
        {
            if (begins) worker.Send(Frames.Hello()[..8]);
            worker.WaitForEnd();
        });
        using var pool = new Pool(new PoolOptions { Workers = 1, StartTimeout = TimeSpan.FromSeconds(0.1) }, launcher);
        Assert.That(() => pool.Map(i => i, [1]), Throws.InstanceOf<WorkerStartException>().With.Message.Contains("StartTimeout"));
    }

    private static TestCaseData Case(string name, string message, params byte[] greeting) =>
        new TestCaseData(message, greeting).SetArgDisplayNames(name);
}
