using System.Collections.Concurrent;
using System.Globalization;
using ProcessPool.Tests.Calls;

namespace ProcessPool.Tests.Workers;

/// <summary>The finalizer runs last in each worker process that is asked to end, and its result is sent back.</summary>
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
        Assert.That((result.Value, result.WorkerId, result.Item, result.Attempt), Is.EqualTo((100, 0, -1L, 1)));
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
            "PoolOptions.Finalizer returns nothing: its results are null and can only be read as object, not as System.Int32."));
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
        Assert.That(results.Select(static result => result.WorkerId).Distinct(), Is.SubsetOf(Enumerable.Range(0, workers)));
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
            Assert.That((array.Length, array[9]), Is.EqualTo((10, 7 + result.WorkerId)));
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
                Finalizer = () => $"{1.5} {CultureInfo.CurrentUICulture} {Environment.CurrentDirectory} {WorkerContext.State<int>() == Environment.CurrentManagedThreadId} {WorkerContext.Item}",
            });
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
        }

        using (pool) pool.Apply(() => 1);
        Assert.That(pool.ExitResults<string>().Single().Value, Is.EqualTo($"1,5 fr-FR {Environment.CurrentDirectory} True -1"));
    }

    private static TestCaseData Case(string name, Delegate finalizer) => new TestCaseData(finalizer).SetArgDisplayNames(name);

    private static int Items() => _items;

    private static SharedArray<int> MakeArray()
    {
        var array = SharedArray.Create<int>(10);
        array.Fill(7 + WorkerContext.WorkerId);
        return array;
    }
}
