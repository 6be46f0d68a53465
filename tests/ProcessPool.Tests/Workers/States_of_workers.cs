using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ProcessPool.Tests.Workers;

/// <summary>Items get the object that the initializer of their worker returned, whichever call they belong to.</summary>
[CancelAfter(120_000)]
internal sealed class States_of_workers
{
    private static int _made;

    private static IEnumerable<TestCaseData> Shapes()
    {
        yield return Case("a result", () => new Model("m"));
        yield return Case("a result, with a token", (CancellationToken token) => new Model(token.CanBeCanceled ? "m" : ""));
        yield return Case("a task", async () =>
        {
            await Task.Delay(1);
            return new Model("m");
        });
        yield return Case("a task, with a token", async (CancellationToken token) =>
        {
            await Task.Delay(1, token);
            return new Model("m");
        });
        yield return Case("a value task", (Func<ValueTask<Model>>)(static async () =>
        {
            await Task.Yield();
            return new Model("m");
        }));
        yield return Case("a method", Make);
        yield return Case("an interface", INamed () => new Model("m"));

        static TestCaseData Case(string name, Delegate initializer) => new TestCaseData(initializer).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Shapes))]
    public void One_is_made_by_every_shape_of_initializer(Delegate initializer)
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, Initializer = initializer });
        Assert.That(pool.Apply(() => WorkerContext.State<Model>().Name), Is.EqualTo("m"));
        Assert.That(pool.Apply(() => WorkerContext.State<INamed>().Name), Is.EqualTo("m"));
    }

    [Test]
    public async Task One_object_serves_all_items_and_calls_of_its_process([Values(1, 2)] int workers, [Values] bool useStatusPage)
    {
        using var pool = new Pool(new PoolOptions { Workers = workers, UseStatusPage = useStatusPage, Initializer = Make });
        var (first, second) = (pool.MapAsync(static _ => Use(), Enumerable.Range(0, 300)), pool.MapAsync(static _ => Use(), Enumerable.Range(0, 300)));
        (int Process, int Made, int Use)[] uses = [.. await first, .. await second, pool.Apply(Use)];
        Assert.That(uses.Select(static use => use.Made), Is.All.EqualTo(1));
        foreach (var process in uses.GroupBy(static use => use.Process))
            Assert.That(process.Select(static use => use.Use).Order(), Is.EqualTo(Enumerable.Range(1, process.Count())));
    }

    [Test]
    public void A_replacement_makes_its_own()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, RecycleAfter = 2, Initializer = Make });
        var uses = pool.Map(static _ => Use(), Enumerable.Range(0, 6));
        Assert.That(uses.Select(static use => (use.Made, use.Use)), Is.EqualTo(new[] { (1, 1), (1, 2), (1, 1), (1, 2), (1, 1), (1, 2) }));
        Assert.That(uses.Select(static use => use.Process).Distinct().Count(), Is.EqualTo(3));
    }

    [Test]
    public void One_that_died_leaves_nothing_to_its_replacement()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, Initializer = Make });
        Assert.That(pool.Apply(Use).Use, Is.EqualTo(1));
        Assert.Throws<WorkerDiedException>(() => pool.Apply(() => Environment.Exit(1)));
        Assert.That(pool.Apply(Use).Use, Is.EqualTo(1));
    }

    [Test]
    public void Other_threads_of_the_worker_see_it_too()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, Initializer = Make });
        Assert.That(pool.Apply(async () => await Task.Run(static () => WorkerContext.State<Model>().Name)), Is.EqualTo("m"));
    }

    [Test]
    public void It_may_be_of_a_type_that_cannot_travel()
    {
        using var directory = new Calls.TemporaryDirectory();
        var file = directory.File("state");
        File.WriteAllText(file, "text");
        using var pool = new Pool(new PoolOptions { Workers = 1, Initializer = () => File.OpenRead(file) });
        Assert.That(pool.Apply(() => WorkerContext.State<FileStream>().Length), Is.EqualTo(4));
        Assert.That(pool.Apply(() => WorkerContext.State<Stream>().Length), Is.EqualTo(4));
    }

    [Test]
    public void It_may_be_a_value()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, Initializer = () => 42 });
        Assert.That(pool.Apply(() => (WorkerContext.State<int>(), WorkerContext.State<int?>(), (int)WorkerContext.State<object>())), Is.EqualTo((42, (int?)42, 42)));
    }

    [Test]
    public void It_may_be_null()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, Initializer = Model? () => null });
        Assert.That(pool.Apply(() => WorkerContext.State<Model?>() is null && WorkerContext.State<object?>() is null && WorkerContext.State<INamed?>() is null));
        AssertRefused(pool, () => WorkerContext.State<int>(), "The state of this worker is null (declared as ", nameof(Model), "), not of type System.Int32.");
        AssertRefused(pool, () => WorkerContext.State<string>(), "The state of this worker is null (declared as ", nameof(Model), "), not of type System.String.");

        using var nullable = new Pool(new PoolOptions { Workers = 1, Initializer = int? () => null });
        Assert.That(nullable.Apply(() => WorkerContext.State<int?>() is null));
        AssertRefused(nullable, () => WorkerContext.State<int>(), "The state of this worker is null (declared as ", "), not of type System.Int32.");
    }

    [Test]
    public void Another_type_is_refused_by_both_names()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, Initializer = Make });
        AssertRefused(pool, () => WorkerContext.State<Uri>(), "The state of this worker is of type ", $"{nameof(Model)}, not of type System.Uri.");
        AssertRefused(pool, () => WorkerContext.State<Better>(), $", not of type ", nameof(Better));
    }

    private static IEnumerable<TestCaseData> WithoutResult()
    {
        yield return Case("no initializer", null);
        yield return Case("an action", static () => { });
        yield return Case("a task without a result", static async () => await Task.Yield());
        yield return Case("a value task without a result", (Func<ValueTask>)(static async () => await Task.Yield()));

        static TestCaseData Case(string name, Delegate? initializer) => new TestCaseData(initializer).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(WithoutResult))]
    public void There_is_none_without_a_result(Delegate? initializer)
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, Initializer = initializer });
        AssertRefused(pool, () => WorkerContext.State<object?>(), "This worker has no state: PoolOptions.Initializer is not set");
    }

    [Test]
    public void There_is_none_before_the_initializer_has_ended()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, Initializer = Early });
        Assert.That(pool.Apply(() => WorkerContext.State<string>()), Does.StartWith("This worker has no state"));

        static string Early() => Assert.Throws<InvalidOperationException>(static () => WorkerContext.State<string>())!.Message;
    }

    [Test]
    public void There_is_none_in_a_process_that_is_no_worker() => Assert.That(
        () => WorkerContext.State<Model>(), Throws.InvalidOperationException.With.Message.EndsWith("and this process is not a worker."));

    [Test]
    public async Task One_that_is_disposable_is_disposed_of_when_its_worker_is_asked_to_end([Values] bool isAsync, [Values] bool useStatusPage)
    {
        var lines = new ConcurrentQueue<WorkerOutput>();
        await using (var pool = new Pool(new PoolOptions
        {
            Workers = 2,
            RecycleAfter = 2,
            UseStatusPage = useStatusPage,
            Output = lines.Enqueue,
            Initializer = object () => isAsync ? new Later() : new Held(),
        }))
        {
            await pool.WaitUntilReadyAsync();
            await pool.MapAsync(static i => i, [1, 2, 3, 4]);
        }

        // Both that were worn out, and whatever took their places and was ready.
        Assert.That(lines, Has.Count.GreaterThanOrEqualTo(2));
        Assert.That(lines, Is.All.Matches<WorkerOutput>(line => line!.Line == (isAsync ? "let go later" : "let go") && line.Item is null));
    }

    [Test]
    public async Task What_goes_wrong_then_is_printed_and_hurts_nobody()
    {
        var lines = new ConcurrentQueue<WorkerOutput>();
        await using (var pool = new Pool(new PoolOptions { Workers = 1, Output = lines.Enqueue, Initializer = () => new Broken() }))
            Assert.That(await pool.ApplyAsync(() => 1), Is.EqualTo(1));
        var line = lines.Single();
        Assert.That((line.WorkerId, line.Source), Is.EqualTo((0, OutputSource.Error)));
        Assert.That(line.Line, Does.Contain(nameof(Broken)).And.EndWith("could not be disposed: System.FormatException: no end"));
    }

    [Test]
    public async Task After_a_kill_nothing_is_disposed_of()
    {
        var lines = new ConcurrentQueue<WorkerOutput>();
        await using var pool = new Pool(new PoolOptions { Workers = 2, Output = lines.Enqueue, Initializer = () => new Held() });
        await pool.WaitUntilReadyAsync();
        pool.Terminate();
        await pool.JoinAsync();
        Assert.That(lines, Is.Empty);
    }

    private static Model Make()
    {
        _made++;
        return new Model("m");
    }

    private static (int Process, int Made, int Use) Use() => (Environment.ProcessId, _made, ++WorkerContext.State<Model>().Uses);

    private static void AssertRefused<T>(Pool pool, Func<T> function, params string[] parts)
    {
        var error = Assert.Throws<InvalidOperationException>(() => pool.Apply(() => function() is null))!;
        foreach (var part in parts) Assert.That(error.Message, Does.Contain(part));
    }

    private interface INamed
    {
        string Name { get; }
    }

    private class Model(string name) : INamed
    {
        // Keeps it from being sent, were anybody to try.
        public Stream Stream { get; } = Stream.Null;

        public string Name { get; } = name;

        public int Uses { get; set; }
    }

    private sealed class Better() : Model("");

    private sealed class Held : IDisposable
    {
        public void Dispose() => Console.Write("let go");
    }

    [SuppressMessage("Design", "CA1001", Justification = "It is both, as many classes are.")]
    private sealed class Later : IAsyncDisposable, IDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Task.Delay(1);
            Console.WriteLine("let go later");
        }

        public void Dispose() => Console.WriteLine("let go");
    }

    private sealed class Broken : IDisposable
    {
        public void Dispose() => throw new FormatException("no end");
    }
}
