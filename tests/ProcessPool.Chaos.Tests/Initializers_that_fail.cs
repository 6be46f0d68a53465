using System.Diagnostics;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>
/// A pool whose workers cannot be initialized reports why. It neither hangs nor retries forever, and goes on with the workers
/// that can be initialized.
/// </summary>
[TimeLimit(120)]
internal sealed class Initializers_that_fail
{
    [Test]
    public async Task One_that_throws_is_the_reason_why_calls_fail([Values(1, 2)] int workers, [Values] bool useStatusPage)
    {
        using var log = new RunLog();
        var directory = log.Directory;
        await using var pool = new Pool(Options(workers, useStatusPage, () =>
        {
            RunLog.Append(directory, 1);
            throw new InvalidDataException("no such model", new FormatException("inside"));
        }));
        var call = pool.MapAsync(static item => item, [1, 2, 3]);
        await AssertFailsAsync(() => call);
        await AssertFailsAsync(() => pool.WaitUntilReadyAsync());
        await AssertFailsAsync(() => pool.ApplyAsync(static () => 1));
        await pool.DisposeAsync();
        Assert.That(log.Count()[1], Is.InRange(3, 12), "number of starts");
        Assert.That(Processes.Children(), Is.Empty);

        static async Task AssertFailsAsync(Func<Task> call)
        {
            var error = (await Assert.ThrowsAsync<WorkerStartException>(() => call().WaitAsync(Eventually.Bound)))!;
            Assert.That(error.Message, Does.Contain("initializer (PoolOptions.Initializer) failed").And.Contain("System.IO.InvalidDataException: no such model"));
            Assert.That(error.InnerException, Is.TypeOf<InvalidDataException>().With.Message.EqualTo("no such model"));
            Assert.That(error.InnerException!.InnerException, Is.TypeOf<FormatException>());
        }
    }

    [Test]
    public async Task So_is_a_task_that_fails([Values] bool useStatusPage)
    {
        await using var pool = new Pool(new PoolOptions
        {
            Workers = 1,
            UseStatusPage = useStatusPage,
            Initializer = static async () =>
            {
                await Task.Yield();
                throw new InvalidDataException("no such model");
            },
        });
        Assert.That(() => pool.Apply(static () => 1), Throws.TypeOf<WorkerStartException>().With.InnerException.TypeOf<InvalidDataException>());
    }

    [Test]
    public async Task A_slow_one_has_the_time_that_a_start_has_not()
    {
        // The rest of a start takes a fraction of this, even on a loaded machine.
        var limit = TimeSpan.FromSeconds(8);
        await using var pool = new Pool(Options(1, true, static () => Thread.Sleep(9_000)) with { StartTimeout = limit });
        Assert.That(pool.Apply(static () => 1), Is.EqualTo(1));
    }

    private static IEnumerable<TestCaseData> Deaths()
    {
        yield return Case("an exit", "the worker called Environment.Exit(3)", "the worker ended with exit code 3", static () => Environment.Exit(3));
        yield return Case("a kill", "the worker was killed by SIGKILL", "the worker was killed by SIGKILL", static () => Processes.Signal(Environment.ProcessId, Processes.SigKill));
        yield return Case("a crash", "it is broken", "it is broken", static () => Environment.FailFast("it is broken"));
        yield return Case("an exception on another thread", "Unhandled exception", "Unhandled exception", static () =>
        {
            new Thread(static () => throw new FormatException()).Start();
            Thread.Sleep(Timeout.Infinite);
        });

        static TestCaseData Case(string name, string withPage, string without, Action initializer) =>
            new TestCaseData(withPage, without, initializer).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Deaths))]
    public async Task One_that_ends_its_worker_is_named_too(string withPage, string without, Action initializer)
    {
        foreach (var (useStatusPage, workers) in new[] { (true, 1), (false, 2) })
        {
            await using var pool = new Pool(Options(workers, useStatusPage, initializer));
            Assert.That(
                () => pool.Map(static item => item, [1, 2, 3]),
                Throws.TypeOf<WorkerStartException>().With.Message.Contains(useStatusPage ? withPage : without)
                    .And.Message.Contains("initializer (PoolOptions.Initializer) failed"));
            Assert.That(() => pool.WaitUntilReadyAsync(), Throws.TypeOf<WorkerStartException>());
        }

        Assert.That(Processes.Children(), Is.Empty);
    }

    [Test]
    public async Task Its_last_words_are_in_the_message()
    {
        await using var pool = new Pool(Options(1, true, static () =>
        {
            using var error = Console.OpenStandardError();
            error.Write("licence expired\n"u8);
            Environment.Exit(3);
        }));
        Assert.That(() => pool.Apply(static () => 1), Throws.TypeOf<WorkerStartException>().With.Message.Contains("licence expired"));
    }

    [Test]
    public async Task One_that_takes_too_long_is_killed([Values(1, 2)] int workers, [Values] bool useStatusPage)
    {
        var options = Options(workers, useStatusPage, static () => Thread.Sleep(Timeout.Infinite)) with { InitializerTimeout = TimeSpan.FromSeconds(0.2) };
        await using var pool = new Pool(options);
        Assert.That(
            () => pool.Apply(static () => 1),
            Throws.TypeOf<WorkerStartException>().With.Message.Contains("it took longer than 0.2 s (PoolOptions.InitializerTimeout)"));
        await pool.DisposeAsync();
        Assert.That(Processes.Children(), Is.Empty);
    }

    [Test]
    public async Task Workers_that_can_be_initialized_do_the_work_and_the_others_are_tried_ever_more_rarely()
    {
        using var log = new RunLog();
        using var directory = new TemporaryDirectory();
        var (attempts, taken, open) = (log.Directory, directory.File("taken"), directory.File("open"));
        await using var pool = new Pool(Options(2, true, () =>
        {
            if (File.Exists(open)) return;
            try
            {
                // Only one worker can create the file.
                File.Open(taken, FileMode.CreateNew).Dispose();
            }
            catch (IOException)
            {
                RunLog.Append(attempts, Environment.TickCount64);
                throw;
            }
        }));
        const int tries = 6;
        do
        {
            Assert.That(pool.Map(static item => item + 1, Enumerable.Range(0, 100)), Is.EqualTo(Enumerable.Range(1, 100)));
        }
        while (log.Count().Count < tries);

        Assert.That(pool.WorkerPids, Has.Count.EqualTo(1));
        var times = log.Count().Keys.Order().ToArray();
        for (var i = 1; i < tries; i++) Assert.That(times[i] - times[i - 1], Is.GreaterThanOrEqualTo(10 << (i - 1)), $"pause {i}");

        File.WriteAllText(open, "");
        await pool.WaitUntilReadyAsync().WaitAsync(Eventually.Bound);
        Assert.That(pool.WorkerPids, Has.Count.EqualTo(2));
    }

    [Test]
    public void Pauses_between_starts_grow_up_to_a_bound([Values] bool startFailed)
    {
        var pauses = Enumerable.Range(1, 10_000).Select(fruitless => Scheduling.Places.PauseAfter(fruitless, startFailed)).ToArray();
        Assert.That(pauses, Is.Ordered);
        Assert.That((pauses[0], pauses[1]), Is.EqualTo((TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20))));
        Assert.That(pauses[^1], Is.EqualTo(TimeSpan.FromSeconds(startFailed ? 10 : 1)));
    }

    [Test]
    public async Task Replacements_that_cannot_be_initialized_end_the_pool([Values] bool useStatusPage)
    {
        using var directory = new TemporaryDirectory();
        var once = directory.File("once");
        await using var pool = new Pool(Options(1, useStatusPage, () => File.Open(once, FileMode.CreateNew).Dispose()) with { RecycleAfter = 1 });
        Assert.That(pool.Apply(static () => 1), Is.EqualTo(1));
        Assert.That(() => pool.Apply(static () => 2), Throws.TypeOf<WorkerStartException>().With.InnerException.TypeOf<IOException>());
    }

    [Test]
    public async Task Disposing_of_a_pool_does_not_wait_for_one_that_hangs([Values(1, 2)] int workers, [Values] bool useStatusPage)
    {
        using var directory = new TemporaryDirectory();
        var pool = StartHanging(directory, workers, useStatusPage);
        var clock = Stopwatch.StartNew();
        await pool.DisposeAsync();
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(Processes.Children(), Is.Empty);
    }

    [Test]
    public async Task Terminating_does_not_either_and_ends_the_calls([Values(1, 2)] int workers, [Values] bool useStatusPage)
    {
        using var directory = new TemporaryDirectory();
        using var pool = StartHanging(directory, workers, useStatusPage);
        var call = pool.MapAsync(static item => item, [1, 2, 3]);
        pool.Terminate();
        Assert.That(() => call.WaitAsync(Eventually.Bound), Throws.TypeOf<PoolTerminatedException>());
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        Assert.That(Processes.Children(), Is.Empty);
    }

    [Test]
    public void Nothing_is_left_of_a_coordinator_that_was_killed_meanwhile()
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = new CoordinatorProcess("initializing", directory);
        Assert.That(Eventually.True(() => directory.Count("busy-*") == 2), Is.True, "both workers run the initializer");
        Assert.That(coordinator.Family, Has.Count.EqualTo(5), "the coordinator, two workers, two children");
        Processes.Signal(coordinator.Id, Processes.SigKill);
        Assert.That(Eventually.True(() => coordinator.Family.Count == 0), Is.True, "no process is left");
    }

    [TestCase(1, true, "was killed by SIGKILL")]
    [TestCase(2, true, "was killed by SIGKILL")]
    [TestCase(2, false, "was killed by SIGKILL")]
    public async Task Workers_that_die_soon_after_end_the_pool_and_are_not_started_for_ever(int workers, bool useStatusPage, string reason)
    {
        using var log = new RunLog();
        var directory = log.Directory;
        await using var pool = new Pool(Options(workers, useStatusPage, () =>
        {
            RunLog.Append(directory, 1);
            new Thread(static () =>
            {
                Thread.Sleep(50);
                Processes.Signal(Environment.ProcessId, Processes.SigKill);
            }).Start();
        }));

        // Imap throws once the pool has given up. The stream is not enumerated, so the pool gets no work.
        WorkerStartException? error = null;
        Assert.That(Eventually.True(() =>
        {
            try
            {
                pool.Imap(static item => item, [1]);
                return false;
            }
            catch (WorkerStartException e)
            {
                error = e;
                return true;
            }
        }, TimeSpan.FromSeconds(90)), Is.True);
        Assert.That(error!.Message, Does.Contain("The workers of this pool die before they run anything").And.Contain(reason));
        Assert.That(() => pool.Apply(static () => 1), Throws.TypeOf<WorkerStartException>());
        await pool.DisposeAsync();
        Assert.That(log.Count()[1], Is.InRange(8, 30 * workers), "number of starts");
    }

    /// <summary>A pool whose workers all run an initializer that does not return.</summary>
    private static Pool StartHanging(TemporaryDirectory directory, int workers, bool useStatusPage)
    {
        var path = directory.Path;
        var pool = new Pool(Options(workers, useStatusPage, () =>
        {
            File.WriteAllText(Path.Combine(path, $"{Environment.ProcessId}"), "");
            Thread.Sleep(Timeout.Infinite);
        }));
        Assert.That(Eventually.True(() => directory.Count("*") == workers), Is.True, "the initializers run");
        return pool;
    }

    private static PoolOptions Options(int workers, bool useStatusPage, Action initializer) =>
        new() { Workers = workers, UseStatusPage = useStatusPage, Initializer = initializer, Output = static _ => { } };
}
