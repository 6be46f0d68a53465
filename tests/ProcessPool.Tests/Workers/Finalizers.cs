using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ProcessPool.Tests.Calls;

namespace ProcessPool.Tests.Workers;

/// <summary>What runs last in each worker process that is asked to end, and what becomes of what it returns.</summary>
[CancelAfter(120_000)]
internal sealed class Finalizers
{
    private static int _items;

    private static IEnumerable<TestCaseData> Shapes()
    {
        yield return Case("a result", () => _items);
        yield return Case("a result, with a token", (CancellationToken token) => token.IsCancellationRequested ? 0 : _items);
        yield return Case("a task", async () =>
        {
            await Task.Delay(1);
            return _items;
        });
        yield return Case("a task, with a token", async (CancellationToken token) =>
        {
            await Task.Delay(1, token);
            return _items;
        });
        yield return Case("a value task", (Func<ValueTask<int>>)(static async () =>
        {
            await Task.Yield();
            return _items;
        }));
        yield return Case("a value task, with a token", (Func<CancellationToken, ValueTask<int>>)(static async token =>
        {
            await Task.Delay(1, token);
            return _items;
        }));
        yield return Case("a method", Items);
    }

    [TestCaseSource(nameof(Shapes))]
    public void One_runs_after_the_last_item_and_gives_its_result(Delegate finalizer)
    {
        var pool = new Pool(new PoolOptions { Workers = 1, Finalizer = finalizer });
        using (pool) pool.Map(static _ => _items++, Enumerable.Range(0, 100));
        var result = pool.ExitResults<int>().Single();
        Assert.That((result.Value, result.Worker, result.Item, result.Attempt), Is.EqualTo((100, 0, -1L, 1)));
        Assert.That(_items, Is.Zero, "it runs nowhere else");
    }

    private static IEnumerable<TestCaseData> Actions()
    {
        yield return Case("an action", (string file) => (Action)(() => File.WriteAllText(file, "")));
        yield return Case("an action with a token", (string file) => (Action<CancellationToken>)(_ => File.WriteAllText(file, "")));
        yield return Case("a task", (string file) => (Func<Task>)(() => File.WriteAllTextAsync(file, "")));
        yield return Case("a task with a token", (string file) => (Func<CancellationToken, Task>)(token => File.WriteAllTextAsync(file, "", token)));
        yield return Case("a value task", (string file) => (Func<ValueTask>)(() => new ValueTask(File.WriteAllTextAsync(file, ""))));

        static TestCaseData Case(string name, Func<string, Delegate> make) => new TestCaseData(make).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Actions))]
    public void One_without_a_result_gives_null(Func<string, Delegate> make)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("ran");
        var pool = new Pool(new PoolOptions { Workers = 1, Finalizer = make(file) });
        using (pool) Assert.That(pool.Apply(() => 1), Is.EqualTo(1));
        Assert.That(File.Exists(file));
        Assert.That(pool.ExitResults<object?>().Select(static result => result.Value), Is.EqualTo(new object?[] { null }));
        Assert.That(() => pool.ExitResults<int>(), Throws.InvalidOperationException.With.Message.EqualTo(
            "PoolOptions.Finalizer returns nothing, which is null as object, and not System.Int32."));
    }

    [Test]
    public async Task Every_process_has_one_result_also_those_that_were_replaced([Values(1, 2)] int workers, [Values] bool useStatusPage)
    {
        var pool = new Pool(new PoolOptions
        {
            Workers = workers,
            UseStatusPage = useStatusPage,
            RecycleAfter = 3,
            Initializer = () => new List<int>(),
            Finalizer = () => WorkerContext.State<List<int>>(),
        });
        await using (pool)
        {
            await pool.MapAsync(i => WorkerContext.State<List<int>>().Add(i), Enumerable.Range(0, 30));
        }

        var results = pool.ExitResults<IReadOnlyList<int>>();
        Assert.That(results.SelectMany(static result => result.Value).Order(), Is.EqualTo(Enumerable.Range(0, 30)));
        Assert.That(results.Select(static result => result.Value.Count), Is.All.LessThanOrEqualTo(3));
        Assert.That(results, Has.Count.GreaterThanOrEqualTo(10));
        Assert.That(results.Select(static result => result.Worker).Distinct(), Is.SubsetOf(Enumerable.Range(0, workers)));
    }

    [Test]
    public void The_state_is_there_and_is_disposed_of_afterwards()
    {
        var lines = new ConcurrentQueue<WorkerOutput>();
        var pool = new Pool(new PoolOptions
        {
            Workers = 1,
            Output = lines.Enqueue,
            Initializer = () => new Held(),
            Finalizer = () => WorkerContext.State<Held>().Say("finalizer"),
        });
        using (pool) pool.Apply(() => WorkerContext.State<Held>().Say("item"));
        Assert.That(lines.Select(static line => (line.Item, line.Line)), Is.EqualTo(new[] { ((long?)0, "item"), (null, "finalizer"), (null, "disposed") }));
        Assert.That(pool.ExitResults<string>().Single().Value, Is.EqualTo("finalizer"));
    }

    [Test]
    public async Task One_that_throws_hurts_nothing_but_its_result_and_is_printed([Values] bool recycles)
    {
        var lines = new ConcurrentQueue<WorkerOutput>();
        var pool = new Pool(new PoolOptions
        {
            Workers = 1,
            RecycleAfter = recycles ? 1 : null,
            Output = lines.Enqueue,
            Initializer = () => new Held(),
            Finalizer = () => _items > 0 ? throw new FormatException("no\nend") : 1,
        });
        await using (pool)
        {
            for (var i = 0; i < 3; i++) Assert.That(await pool.ApplyAsync(static () => ++_items), Is.GreaterThan(0));
        }

        var failures = pool.ExitResults<int>().Where(static result => !result.Succeeded).ToList();
        Assert.That(failures, Has.Count.EqualTo(recycles ? 3 : 1));
        Assert.That(failures.Select(static failure => failure.Exception), Is.All.TypeOf<FormatException>().With.Message.EqualTo("no\nend"));
        Assert.That(() => failures[0].Value, Throws.TypeOf<FormatException>());
        Assert.That(
            lines.Where(static line => line.Source == OutputSource.Error),
            Is.EqualTo(Enumerable.Repeat(
                new WorkerOutput(0, null, OutputSource.Error, "The finalizer (PoolOptions.Finalizer) of worker 0 failed: System.FormatException: no end"), failures.Count)));
        Assert.That(lines.Count(static line => line.Line == "disposed"), Is.GreaterThanOrEqualTo(failures.Count), "the state goes all the same");
    }

    [Test]
    public void A_result_that_cannot_travel_this_time_is_a_failure()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, Output = _ => { }, Finalizer = object () => new Held() });
        using (pool) pool.Apply(() => 1);
        Assert.That(pool.ExitResults<object>().Single().Exception, Is.TypeOf<ValueException>().With.Message.Contains(nameof(Held)));
    }

    [Test]
    public void A_result_that_is_longer_than_values_may_be_is_a_failure()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, Output = _ => { }, MaxValueBytes = 1000, Finalizer = () => new byte[1001] });
        using (pool) pool.Apply(() => 1);
        Assert.That(pool.ExitResults<byte[]>().Single().Exception, Is.TypeOf<ValueException>().With.Message.Contains("PoolOptions.MaxValueBytes"));
    }

    [Test]
    public void A_large_result_comes_whole()
    {
        var pool = new Pool(new PoolOptions { Workers = 2, Finalizer = () => new byte[10_000_000] });
        using (pool) pool.WaitUntilReadyAsync().Wait();
        Assert.That(pool.ExitResults<byte[]>().Select(static result => result.Value.Length), Is.EqualTo(new[] { 10_000_000, 10_000_000 }));
    }

    [Test]
    public void A_shared_array_that_it_made_outlives_the_worker()
    {
        var pool = new Pool(new PoolOptions { Workers = 2, Finalizer = MakeArray });
        using (pool) pool.WaitUntilReadyAsync().Wait();
        foreach (var result in pool.ExitResults<SharedArray<int>>())
        {
            using var array = result.Value;
            Assert.That((array.Length, array[9]), Is.EqualTo((10, 7 + result.Worker)));
        }
    }

    [Test]
    public void What_one_captures_is_a_copy_of_the_time_when_the_pool_was_made()
    {
        var numbers = Enumerable.Range(0, 200_000).ToArray();
        var pool = new Pool(new PoolOptions { Workers = 2, Finalizer = () => numbers.Sum(static number => number % 10) });
        numbers[3] = -1;
        using (pool) pool.WaitUntilReadyAsync().Wait();
        Assert.That(pool.ExitResults<int>().Select(static result => result.Value), Is.EqualTo(new[] { 900_000, 900_000 }));
    }

    [Test]
    public void One_runs_on_the_thread_and_in_the_surroundings_of_items()
    {
        var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.GetCultureInfo("de-DE"), CultureInfo.GetCultureInfo("fr-FR"));
        Pool pool;
        try
        {
            pool = new Pool(new PoolOptions
            {
                Workers = 1,
                Initializer = () => Environment.CurrentManagedThreadId,
                Finalizer = () => $"{1.5} {CultureInfo.CurrentUICulture} {Environment.CurrentDirectory} {WorkerContext.State<int>() == Environment.CurrentManagedThreadId} {WorkerContext.ItemIndex}",
            });
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
        }

        using (pool) pool.Apply(() => 1);
        Assert.That(pool.ExitResults<string>().Single().Value, Is.EqualTo($"1,5 fr-FR {Environment.CurrentDirectory} True -1"));
    }

    [Test]
    public async Task One_that_takes_too_long_is_killed_with_its_worker_and_has_no_result()
    {
        var clock = Stopwatch.StartNew();
        var pool = new Pool(new PoolOptions { Workers = 2, ShutdownTimeout = TimeSpan.FromSeconds(0.3), Finalizer = async () => await Task.Delay(600_000) });
        await using (pool) await pool.WaitUntilReadyAsync();
        Assert.That(pool.ExitResults<object>(), Is.Empty);
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public async Task The_time_that_it_has_is_the_pools()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, ShutdownTimeout = TimeSpan.MaxValue, Finalizer = () => { Thread.Sleep(6000); return 1; } });
        await using (pool) await pool.WaitUntilReadyAsync();
        Assert.That(pool.ExitResults<int>().Single().Value, Is.EqualTo(1));
    }

    [Test]
    public async Task Disposing_of_the_state_counts_for_that_time_too()
    {
        var clock = Stopwatch.StartNew();
        var pool = new Pool(new PoolOptions { Workers = 1, ShutdownTimeout = TimeSpan.FromSeconds(1), Initializer = () => new Endless(), Finalizer = () => 1 });
        await using (pool) await pool.WaitUntilReadyAsync();
        Assert.That(pool.ExitResults<int>().Single().Value, Is.EqualTo(1), "it had run before");
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public async Task Where_a_worker_died_or_was_killed_there_is_none()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, Finalizer = () => Environment.ProcessId });
        int last;
        await using (pool)
        {
            Assert.ThrowsAsync<WorkerDiedException>(() => pool.ApplyAsync(() => Environment.Exit(3)));
            last = await pool.ApplyAsync(() => Environment.ProcessId);
        }

        Assert.That(pool.ExitResults<int>().Select(static result => result.Value), Is.EqualTo(new[] { last }));

        var terminated = new Pool(new PoolOptions { Workers = 2, Finalizer = () => Environment.ProcessId });
        await terminated.WaitUntilReadyAsync();
        terminated.Terminate();
        await terminated.JoinAsync();
        Assert.That(terminated.ExitResults<int>(), Is.Empty);
    }

    [Test]
    public void One_that_ends_its_process_has_no_result()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, RecycleAfter = 1, Finalizer = () => Environment.Exit(0) });
        using (pool) Assert.That(pool.Map(static i => 2 * i, [1, 2, 3]), Is.EqualTo(new[] { 2, 4, 6 }));
        Assert.That(pool.ExitResults<object>(), Is.Empty);
    }

    [Test]
    public void A_worker_whose_initializer_failed_has_none()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, Initializer = static int () => throw new FormatException(), Finalizer = () => 1 });
        using (pool) Assert.Throws<WorkerStartException>(() => pool.Apply(() => 1));
        Assert.That(pool.ExitResults<int>(), Is.Empty);
    }

    [Test]
    public void Results_are_there_once_the_pool_has_ended()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, Finalizer = () => 1 });
        pool.Apply(() => 1);
        Assert.That(() => pool.ExitResults<int>(), Throws.InvalidOperationException.With.Message.Contains("has not ended"));
        pool.Close();
        pool.Join();
        Assert.That(pool.ExitResults<int>(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Another_type_is_refused_by_both_names()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, Finalizer = async () => await Task.FromResult("text") });
        using (pool) pool.Apply(() => 1);
        Assert.That(() => pool.ExitResults<int>(), Throws.InvalidOperationException.With.Message.EqualTo("PoolOptions.Finalizer returns System.String, and not System.Int32."));
        Assert.That(pool.ExitResults<object>().Single().Value, Is.EqualTo("text"));
    }

    [Test]
    public void Without_one_there_are_no_results()
    {
        var pool = new Pool(1);
        using (pool) pool.Apply(() => 1);
        Assert.That(pool.ExitResults<int>(), Is.Empty);
    }

    private static IEnumerable<TestCaseData> WrongShapes()
    {
        yield return Case("an argument", (int x) => x);
        yield return Case("two tokens", (CancellationToken one, CancellationToken other) => { });
        yield return Case("a token as the result", static CancellationToken () => default);
    }

    [TestCaseSource(nameof(WrongShapes))]
    public void Other_functions_are_refused(Delegate finalizer) => Assert.That(
        () => new Pool(new PoolOptions { Workers = 1, Finalizer = finalizer }),
        Throws.TypeOf<ArgumentException>().With.Message.StartsWith("PoolOptions.Finalizer is a ").And.Property("ParamName").EqualTo("Finalizer"));

    [Test]
    public void What_cannot_be_sent_is_refused_when_the_pool_is_made()
    {
        using var stream = new MemoryStream();
        Assert.That(() => new Pool(new PoolOptions { Workers = 1, Finalizer = () => stream.Flush() }), Throws.TypeOf<ValueException>().With.Message.Contains("'stream'"));
        Assert.That(() => new Pool(new PoolOptions { Workers = 1, Finalizer = () => new MemoryStream() }), Throws.TypeOf<ValueException>().With.Message.Contains("MemoryStream"));
    }

    private static TestCaseData Case(string name, Delegate finalizer) => new TestCaseData(finalizer).SetArgDisplayNames(name);

    private static int Items() => _items;

    private static SharedArray<int> MakeArray()
    {
        var array = SharedArray.Create<int>(10);
        array.Fill(7 + WorkerContext.WorkerId);
        return array;
    }

    private sealed class Held : IDisposable
    {
        public Stream Stream { get; } = Stream.Null;

        public string Say(string text)
        {
            Console.WriteLine(text);
            return text;
        }

        public void Dispose() => Say("disposed");
    }

    private sealed class Endless : IDisposable
    {
        public void Dispose() => Thread.Sleep(Timeout.Infinite);
    }
}
