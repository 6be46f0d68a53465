using System.Collections.Concurrent;

namespace ProcessPool.Protocol.Tests;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class Lines_are_printed_within_a_window
{
    private const int Window = ProtocolConstants.OutputWindow / ProtocolConstants.LeastWeight;
    private readonly ConcurrentQueue<WorkerOutput> _lines = [];

    [SetUp]
    public void Forget() => _lines.Clear();

    [Test]
    public async Task They_are_told_to_be_taken_by_halves()
    {
        await Run(_lines.Enqueue, (worker, sequence) =>
        {
            for (var half = 0; half < 5; half++)
            {
                for (var i = 0; i < Window / 2; i++) worker.Send(Line(sequence, "short"));
                worker.Expect(FrameKind.OutputTaken);
                Assert.That(worker.Values.ReadInt64(), Is.EqualTo(ProtocolConstants.OutputWindow / 2));
            }
        });
        Assert.That(_lines, Has.Count.EqualTo(5 * Window / 2));
    }

    [Test]
    public async Task More_of_them_than_were_taken_are_an_error()
    {
        using var gate = new ManualResetEventSlim();
        try
        {
            await Run(_ => gate.Wait(), (worker, sequence) =>
            {
                try
                {
                    for (var i = 0; i <= Window; i++) worker.Send(Line(sequence, "short"));
                    worker.WaitForEnd();
                }
                finally
                {
                    gate.Set();
                }
            });
            Assert.Fail("It was accepted.");
        }
        catch (WorkerDiedException e)
        {
            Assert.That(e.Message, Does.Contain("more lines of output than the window allows"));
        }
    }

    [Test]
    public async Task Parts_of_a_line_are_marked()
    {
        await Run(_lines.Enqueue, (worker, sequence) => worker.Send(Line(sequence, "a", goesOn: true), Line(sequence, "b")));
        Assert.That(_lines.Select(line => (line.Line, line.IsPartial)), Is.EqualTo(new[] { ("a", true), ("b", false) }));
    }

    private static byte[] Line(long sequence, string text, bool goesOn = false) => Frames.Make(FrameKind.Output, 4, (ref w) =>
    {
        w.Write(sequence);
        w.Write(1);
        w.Write(text);
        w.Write(goesOn);
    });

    private static async Task Run(Action<WorkerOutput> output, Action<ScriptedWorker, long> print)
    {
        var launcher = new ScriptedLauncher(worker =>
        {
            worker.Greet();
            var (sequence, _) = worker.NextItems().Single();
            print(worker, sequence);
            worker.Send(Frames.Result(sequence, 1));
            worker.Serve();
        });
        await using var pool = new Pool(new PoolOptions { Workers = 1, Output = output }, launcher);
        Assert.That(await pool.MapAsync(static x => x, [1]), Is.EqualTo(new[] { 1 }));
        Assert.That(launcher.Errors, Is.Empty);
    }
}
