using System.Collections.Concurrent;
using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class Progress_is_reported_within_a_window
{
    private const int Window = ProtocolConstants.ProgressWindow / ProtocolConstants.LeastWeight;
    private readonly ConcurrentQueue<int> _taken = [];

    [SetUp]
    public void Forget() => _taken.Clear();

    [Test]
    public async Task It_is_told_to_be_taken_by_halves()
    {
        await Run(new Reports(_taken.Enqueue), (worker, sequence, id) =>
        {
            for (var half = 0; half < 10; half++)
            {
                for (var i = 0; i < Window / 2; i++) worker.Send(Frames.Of(FrameKind.Progress, sequence, id, i));
                worker.Expect(FrameKind.ProgressTaken);
                Assert.That(worker.Values.ReadInt64(), Is.EqualTo(ProtocolConstants.ProgressWindow / 2));
            }

            worker.Send(Frames.Of(FrameKind.Progress, sequence, id, -1));
        });
        Assert.That(_taken, Has.Count.EqualTo((5 * Window) + 1));
        Assert.That(_taken.Last(), Is.EqualTo(-1));
    }

    [Test]
    public async Task What_nobody_waits_for_is_told_too()
    {
        await Run(new Reports(_taken.Enqueue), (worker, sequence, id) =>
        {
            foreach (var (item, target) in new[] { (sequence, id + 1_000_000), (sequence + 1, id), (-1, id), (long.MaxValue, id), (sequence, -1), (sequence, long.MinValue) })
            {
                for (var i = 0; i < Window; i++)
                {
                    worker.Send(Frames.Of(FrameKind.Progress, item, target, i));
                    if (i % (Window / 2) != (Window / 2) - 1) continue;
                    worker.Expect(FrameKind.ProgressTaken);
                }
            }

            worker.Send(Frames.Of(FrameKind.Progress, sequence, id, 5));
        });
        Assert.That(_taken, Is.EqualTo(new[] { 5 }));
    }

    [Test]
    public async Task What_cannot_be_read_is_passed_over()
    {
        await Run(new Reports(_taken.Enqueue), (worker, sequence, id) =>
        {
            worker.Send(Frames.Make(FrameKind.Progress, 3, (ref w) =>
            {
                w.Write(sequence);
                w.Write(id);
                w.Write("no number");
            }));
            worker.Send(Frames.Of(FrameKind.Progress, sequence, id));
            worker.Send(Frames.Of(FrameKind.Progress, sequence, id, long.MaxValue));
            worker.Send(Frames.Of(FrameKind.Progress, sequence, id, 6));
        });
        Assert.That(_taken, Is.EqualTo(new[] { 6 }));
    }

    [Test]
    public async Task More_of_it_than_was_taken_is_an_error()
    {
        using var gate = new ManualResetEventSlim();
        var reports = new Reports(value =>
        {
            gate.Wait();
            _taken.Enqueue(value);
        });
        try
        {
            await Run(reports, (worker, sequence, id) =>
            {
                try
                {
                    for (var i = 0; i <= Window; i++) worker.Send(Frames.Of(FrameKind.Progress, sequence, id, i));
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
            Assert.That(e.Message, Does.Contain("more progress reports than the window allows"));
        }

        Assert.That(_taken, Is.EqualTo(Enumerable.Range(0, Window)));
    }

    [Test]
    public async Task Calls_without_it_have_no_word_of_it()
    {
        var recorder = new Recorder();
        await using (var pool = new Pool(new PoolOptions { Workers = 2 }, recorder.Wrap(new LocalLauncher(useStatusPage: true))))
        {
            var three = 3;
            Assert.That(await pool.MapAsync(x => three * x, Enumerable.Range(0, 5000)), Is.EqualTo(Enumerable.Range(0, 5000).Select(x => 3 * x)));
        }

        Assert.That(recorder.FramesFromWorkers().Select(frame => frame.Kind).Distinct(), Is.EquivalentTo(new[] { FrameKind.Hello, FrameKind.Results, FrameKind.Goodbye }));
        Assert.That(
            recorder.FramesToWorkers().Select(frame => frame.Kind).Distinct(),
            Is.SubsetOf(new[] { FrameKind.Welcome, FrameKind.Call, FrameKind.Items, FrameKind.EndCall, FrameKind.Shutdown }));
    }

    [Test]
    public async Task A_few_reports_cost_their_frames_and_nothing_else()
    {
        var recorder = new Recorder();
        await using (var pool = new Pool(new PoolOptions { Workers = 1 }, recorder.Wrap(new LocalLauncher(useStatusPage: true))))
        {
            IProgress<int> progress = new Reports(_taken.Enqueue);
            await pool.MapAsync(x => progress.Report(x), Enumerable.Range(0, 100));
        }

        Assert.That(_taken, Is.EqualTo(Enumerable.Range(0, 100)));
        var frames = recorder.FramesFromWorkers().Where(frame => frame.Kind == FrameKind.Progress).ToList();
        Assert.That(frames, Has.Count.EqualTo(100));
        Assert.That(frames.Max(frame => frame.Body.Length), Is.LessThan(10), "two numbers and the value");
        Assert.That(recorder.FramesToWorkers().Select(frame => frame.Kind), Has.None.EqualTo(FrameKind.ProgressTaken));
    }

    /// <summary>One item, whose argument is an object to report to: to the worker, a number.</summary>
    private static async Task Run(IProgress<int> progress, Action<ScriptedWorker, long, int> report)
    {
        var launcher = new ScriptedLauncher(worker =>
        {
            worker.Greet();
            var (sequence, id) = worker.NextItems().Single();
            report(worker, sequence, id);
            worker.Send(Frames.Result(sequence, 1));
            worker.Serve();
        });
        await using var pool = new Pool(new PoolOptions { Workers = 1, Output = _ => { } }, launcher);
        Assert.That(await pool.MapAsync(static progress => 0, [progress]), Is.EqualTo(new[] { 1 }));
        Assert.That(launcher.Errors, Is.Empty);
    }

    private sealed class Reports(Action<int> take) : IProgress<int>
    {
        public void Report(int value) => take(value);
    }
}
