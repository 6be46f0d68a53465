using System.Collections.Concurrent;
using System.Globalization;
using ProcessPool.Tests.Calls;

namespace ProcessPool.Tests.Workers;

/// <summary>The initializer runs first in each worker process, and items see its effects.</summary>
[CancelAfter(120_000)]
internal sealed class Initializers
{
    private static int _state;
    private static int _runs;
    private static string _text = "";

    private static IEnumerable<TestCaseData> Shapes()
    {
        yield return Case("an action", () => { _state = 5; });
        yield return Case("an action with a token", (CancellationToken token) => { _state = token.IsCancellationRequested ? 0 : 5; });
        yield return Case("a task", async () =>
        {
            await Task.Delay(1);
            _state = 5;
        });
        yield return Case("a task with a token", async (CancellationToken token) =>
        {
            await Task.Delay(1, token);
            _state = 5;
        });
        yield return Case("a value task", (Func<ValueTask>)(static async () =>
        {
            await Task.Yield();
            _state = 5;
        }));
        yield return Case("a value task with a token", (Func<CancellationToken, ValueTask>)(static async token =>
        {
            await Task.Delay(1, token);
            _state = 5;
        }));
        yield return Case("a task with a result", async () =>
        {
            await Task.Yield();
            return _state = 5;
        });
        yield return Case("a result", () => _state = 5);
        yield return Case("a result that cannot travel", () =>
        {
            _state = 5;
            return new MemoryStream();
        });
        yield return Case("a result that cannot travel, with a token", (CancellationToken token) =>
        {
            _state = 5;
            return token.WaitHandle;
        });
        yield return Case("a method", SetUp);

        static TestCaseData Case(string name, Delegate initializer) => new TestCaseData(initializer).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Shapes))]
    public void What_one_sets_is_what_items_see(Delegate initializer)
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, Initializer = initializer });
        Assert.That(pool.Apply(() => _state), Is.EqualTo(5));
        Assert.That(_state, Is.Zero, "it runs nowhere else");
    }

    [Test]
    public void One_runs_once_in_each_process_before_any_item([Values(1, 2)] int workers, [Values] bool useStatusPage)
    {
        using var pool = new Pool(new PoolOptions { Workers = workers, UseStatusPage = useStatusPage, Initializer = () => ++_runs });
        Assert.That(pool.Map(_ => _runs, Enumerable.Range(0, 500)), Is.All.EqualTo(1));
    }

    [Test]
    public void Replacements_are_initialized_too()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, RecycleAfter = 2, Initializer = () => ++_runs });
        var seen = pool.Map(_ => (_runs, Environment.ProcessId), Enumerable.Range(0, 6));
        Assert.That(seen.Select(item => item.Item1), Is.All.EqualTo(1));
        Assert.That(seen.Select(item => item.ProcessId).Distinct().Count(), Is.EqualTo(3));
    }

    [Test]
    public void What_one_captures_is_a_copy_of_the_time_when_the_pool_was_made()
    {
        var numbers = Enumerable.Range(0, 200_000).ToArray();
        var text = "before";
        var options = new PoolOptions
        {
            Workers = 2,
            Initializer = () =>
            {
                _text = text;
                _state = numbers.Sum(number => number % 10);
            },
        };
        using var pool = new Pool(options);
        (text, numbers[3]) = ("after", -1);
        Assert.That(pool.Map(_ => (_text, _state), Enumerable.Range(0, 10)), Is.All.EqualTo(("before", 900_000)));
        Assert.That(text, Is.EqualTo("after"));
    }

    [Test]
    public void One_may_keep_a_shared_array()
    {
        using var array = SharedArray.Create<int>(10);
        array.Fill(3);
        using var pool = new Pool(new PoolOptions { Workers = 2, Initializer = () => Keeper.Array = array });
        Assert.That(pool.Map(_ => Keeper.Array![1], Enumerable.Range(0, 10)), Is.All.EqualTo(3));
        array[1] = 4;
        Assert.That(pool.Map(_ => Keeper.Array![1], Enumerable.Range(0, 10)), Is.All.EqualTo(4));
    }

    [Test]
    public void One_runs_on_the_thread_and_in_the_surroundings_that_items_run_in()
    {
        var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.GetCultureInfo("de-DE"), CultureInfo.GetCultureInfo("fr-FR"));
        try
        {
            using var pool = new Pool(new PoolOptions
            {
                Workers = 1,
                Initializer = () => _text = $"{1.5} {CultureInfo.CurrentUICulture} {Environment.CurrentDirectory} {Environment.CurrentManagedThreadId}",
            });
            var expected = $"1,5 fr-FR {Environment.CurrentDirectory} ";
            Assert.That(pool.Apply(() => _text.Replace($" {Environment.CurrentManagedThreadId}", " ")), Is.EqualTo(expected));
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
        }
    }

    [Test]
    public async Task What_one_prints_comes_through_without_an_item([Values] bool useStatusPage)
    {
        var lines = new ConcurrentQueue<WorkerOutput>();
        await using (var pool = new Pool(new PoolOptions
        {
            Workers = 2,
            UseStatusPage = useStatusPage,
            Output = lines.Enqueue,
            Initializer = () =>
            {
                Console.WriteLine("out");
                Console.Error.Write("error");
            },
        }))
        {
            await pool.WaitUntilReadyAsync();
        }

        Assert.That(lines, Has.All.Matches<WorkerOutput>(line => line!.Item is null));
        Assert.That(
            lines.Select(line => (line.WorkerId, line.Source, line.Line)),
            Is.EquivalentTo(new[] { (0, OutputSource.Out, "out"), (0, OutputSource.Error, "error"), (1, OutputSource.Out, "out"), (1, OutputSource.Error, "error") }));
    }

    [Test]
    public async Task A_worker_is_not_ready_before_it_has_run()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("go");
        await using var pool = new Pool(new PoolOptions { Workers = 2, Initializer = () => WaitFor(file) });
        var ready = pool.WaitUntilReadyAsync();
        var call = pool.MapAsync(_ => _state, [1, 2, 3]);
        await Task.Delay(300);
        Assert.That((ready.IsCompleted, call.IsCompleted, pool.WorkerPids.Count), Is.EqualTo((false, false, 0)));
        File.WriteAllText(file, "");
        await ready;
        Assert.That(pool.WorkerPids, Has.Count.EqualTo(2));
        Assert.That(await call, Is.All.EqualTo(5));
    }

    [Test]
    public void One_may_have_the_longest_time()
    {
        using var pool = new Pool(new PoolOptions
        {
            Workers = 1,
            InitializerTimeout = TimeSpan.MaxValue,
            Initializer = async () => await Task.Delay(200),
        });
        Assert.That(pool.Apply(() => 1), Is.EqualTo(1));
    }

    private static IEnumerable<TestCaseData> WrongShapes()
    {
        yield return Case("an argument", (int x) => x);
        yield return Case("an argument and a token", (int x, CancellationToken token) => x);
        yield return Case("two tokens", (CancellationToken one, CancellationToken other) => { });
        yield return Case("a token as the result", static CancellationToken () => default);
        yield return Case("a type of delegate of its own", new Own(() => { }));
        yield return Case("a span", new Func<Span<int>>(() => default));

        static TestCaseData Case(string name, Delegate initializer) => new TestCaseData(initializer).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(WrongShapes))]
    public void Other_functions_are_refused(Delegate initializer) => Assert.That(
        () => new Pool(new PoolOptions { Workers = 1, Initializer = initializer }),
        Throws.TypeOf<ArgumentException>().With.Message.StartsWith("PoolOptions.Initializer is a ").And.Property("ParamName").EqualTo("Initializer"));

    [Test]
    public void What_cannot_be_sent_is_refused_when_the_pool_is_made()
    {
        using var stream = new MemoryStream();
        Assert.That(() => new Pool(new PoolOptions { Workers = 1, Initializer = () => stream.Flush() }), Throws.TypeOf<ValueException>().With.Message.Contains("'stream'"));
        var both = SetUp + new Action(() => { });
        Assert.That(() => new Pool(new PoolOptions { Workers = 1, Initializer = both }), Throws.TypeOf<FunctionException>());
    }

    private static void SetUp() => _state = 5;

    private static void WaitFor(string file)
    {
        while (!File.Exists(file)) Thread.Sleep(1);
        _state = 5;
    }

    private delegate void Own();

    private static class Keeper
    {
        public static SharedArray<int>? Array { get; set; }
    }
}
