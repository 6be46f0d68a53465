using System.Collections.Concurrent;

namespace ProcessPool.Protocol.Tests;

/// <summary>The frames that a worker may send between its last item and its farewell, with a finalizer.</summary>
[TestFixture]
[CancelAfter(60_000)]
internal sealed class A_finalizer_is_answered_once
{
    private readonly ConcurrentQueue<WorkerOutput> _lines = [];

    [SetUp]
    public void Forget() => _lines.Clear();

    [Test]
    public async Task The_worker_is_told_to_end_after_it_has_answered()
    {
        var (results, launcher) = await End(worker =>
        {
            Serve(worker);
            worker.Send(Frames.Finalized(42));
            worker.Expect(FrameKind.Shutdown);
            worker.Send(Frames.Of(FrameKind.Goodbye));
        });
        Assert.That(results.Single().Value, Is.EqualTo(42));
        Assert.That(launcher.Errors, Is.Empty);
        Assert.That(_lines, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Ends()
    {
        yield return Case("no answer");
        yield return Case("half an answer", Frames.Finalized(1000)[..^1]);
        yield return Case("an error that is none", Frames.Of(FrameKind.Finalized, 5, 6));
        yield return Case("an answer without a value", Frames.Make(FrameKind.Finalized, 0, (ref _) => { }));
        yield return Case("a farewell", Frames.Of(FrameKind.Goodbye));
        yield return Case("text", "done\n\n\n\n"u8.ToArray());
    }

    [TestCaseSource(nameof(Ends))]
    public async Task Whoever_says_something_else_has_no_result(byte[] answer)
    {
        var (results, launcher) = await End(worker =>
        {
            Serve(worker);
            worker.Send(answer);
        });
        Assert.That(results, Is.Empty);
        Assert.That(launcher.Errors, Is.Empty);
    }

    [Test]
    public async Task A_value_of_another_type_is_a_failure()
    {
        var (results, launcher) = await End(worker =>
        {
            Serve(worker);
            worker.Send(Frames.Make(FrameKind.Finalized, 2, (ref w) =>
            {
                w.WriteNil();
                w.Write("text");
            }));
            worker.Expect(FrameKind.Shutdown);
        });
        Assert.That(results.Single().Exception, Is.TypeOf<ValueException>().With.Message.Contains("cannot be read back as System.Int32"));
        Assert.That(_lines.Single().Line, Does.Contain("cannot be read back"));
        Assert.That(launcher.Errors, Is.Empty);
    }

    [Test]
    public async Task A_second_answer_costs_nothing_but_the_farewell()
    {
        var (results, launcher) = await End(worker =>
        {
            Serve(worker);
            worker.Send([.. Frames.Finalized(1), .. Frames.Finalized(2)]);
            worker.WaitForEnd();
        });
        Assert.That(results.Single().Value, Is.EqualTo(1));
        Assert.That(launcher.Errors, Is.Empty);
    }

    [Test]
    public async Task An_answer_that_nobody_asked_for_costs_the_worker()
    {
        var launcher = new ScriptedLauncher(
            worker =>
            {
                worker.Greet();
                worker.NextItems();
                worker.Send(Frames.Finalized(1));
                worker.WaitForEnd();
            },
            worker =>
            {
                worker.Greet();
                worker.Serve();
            });
        await using var pool = new Pool(new PoolOptions { Workers = 1 }, launcher);
        Assert.That(() => pool.Apply(static i => 2 * i, 1), Throws.TypeOf<WorkerDiedException>().With.Message.Contains("It reported a finalizer that it was not told to run"));
        Assert.That(pool.Apply(static i => 2 * i, 1), Is.EqualTo(2));
    }

    private async Task<(IReadOnlyList<Outcome<int>> Results, ScriptedLauncher Launcher)> End(Action<ScriptedWorker> script)
    {
        var launcher = new ScriptedLauncher(script);
        var pool = new Pool(new PoolOptions { Workers = 1, Output = _lines.Enqueue, Finalizer = static () => 1 }, launcher);
        await using (pool) Assert.That(await pool.MapAsync(static i => 2 * i, [1, 2]), Is.EqualTo(new[] { 2, 4 }));
        return (pool.ExitResults<int>(), launcher);
    }

    /// <summary>Greets, doubles numbers, and takes in the finalizer.</summary>
    private static void Serve(ScriptedWorker worker)
    {
        worker.Greet();
        while (true)
        {
            var kind = worker.ReadKind();
            if (kind == FrameKind.Items)
            {
                foreach (var (sequence, argument) in worker.ReadItems()) worker.Send(Frames.Result(sequence, 2 * argument));
                continue;
            }

            Assert.That(kind, Is.Not.EqualTo(FrameKind.None).And.Not.EqualTo(FrameKind.Shutdown));
            if (kind == FrameKind.Finalize) return;
        }
    }

    private static TestCaseData Case(string name, params byte[] answer) => new TestCaseData(answer).SetArgDisplayNames(name);
}
