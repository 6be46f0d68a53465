using System.Diagnostics;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>An item that exceeds its time limit fails, whatever it does with the time. No other item fails.</summary>
[TimeLimit(120)]
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable(ParallelScope.All)]
internal sealed class Items_that_run_too_long(bool useStatusPage)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private static IEnumerable<TestCaseData> WaysToHang()
    {
        yield return Way("a busy loop", static () =>
        {
            while (true) Thread.SpinWait(1000);
        });
        yield return Way("a sleep", static () => Thread.Sleep(Timeout.Infinite));
        yield return Way("a deadlock", static () =>
        {
            var mine = new object();
            var taken = new ManualResetEventSlim();
            var other = new Thread(() =>
            {
                lock (mine)
                {
                    taken.Set();
                    Thread.Sleep(Timeout.Infinite);
                }
            });
            other.IsBackground = true;
            other.Start();
            taken.Wait();
            lock (mine) taken.Reset();
        });
        yield return Way("a child that is waited for", static () =>
        {
            using var child = Process.Start("sleep", "600");
            child.WaitForExit();
        });
        yield return Way("being stopped", static () =>
        {
            using var child = Process.Start("kill", ["-STOP", $"{Environment.ProcessId}"]);
            Thread.Sleep(Timeout.Infinite);
        });
        yield return Way("a native call that does not return", static () => _ = Native.Pause());
        yield return Way("a task that never ends", static () => new TaskCompletionSource().Task.Wait());
    }

    [TestCaseSource(nameof(WaysToHang))]
    public async Task It_is_killed(Action hang)
    {
        await using var pool = NewPool(workers: 2);
        var failures = new List<Exception>();
        var results = new List<int>();
        await using var stream = pool.Imap(i => HangAt(17, i, hang), Enumerable.Range(0, 40)).GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!await stream.MoveNextAsync()) break;
                results.Add(stream.Current);
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }

        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 40).Where(i => i != 17)));
        var failure = (ItemTimeoutException)failures.Single();
        Assert.That((failure.Item, failure.Limit, failure.WasKilled), Is.EqualTo((17, Limit, true)));
        Assert.That(failure.Message, Does.StartWith("Item 17 ran for longer than 1 s"));
    }

    [Test]
    public async Task One_that_heeds_its_token_keeps_its_worker()
    {
        await using var pool = NewPool(workers: 1, killDelay: TimeSpan.FromSeconds(60));
        await pool.WaitUntilReadyAsync();
        var workers = pool.WorkerPids;
        for (var round = 0; round < 2; round++)
        {
            var failure = (await Assert.ThrowsAsync<ItemTimeoutException>(() => pool.ApplyAsync(WaitForToken)))!;
            Assert.That(failure.WasKilled, Is.False);
        }

        Assert.That(pool.WorkerPids, Is.EqualTo(workers));
    }

    [Test]
    public async Task The_token_of_the_items_behind_it_has_not_fired()
    {
        await using var pool = NewPool(workers: 1, killDelay: TimeSpan.FromSeconds(60));
        var states = new List<string>();
        await using var stream = pool.Imap(WaitAtFive, Enumerable.Range(0, 30)).GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!await stream.MoveNextAsync()) break;
                states.Add($"{stream.Current}");
            }
            catch (ItemTimeoutException)
            {
                states.Add("late");
            }
        }

        Assert.That(states, Is.EqualTo(Enumerable.Range(0, 30).Select(i => i == 5 ? "late" : "False")));
    }

    [Test]
    public async Task A_late_result_does_not_count()
    {
        await using var pool = NewPool(workers: 1, killDelay: TimeSpan.FromSeconds(60));
        var failure = (await Assert.ThrowsAsync<ItemTimeoutException>(() => pool.ApplyAsync(static () =>
        {
            WorkerContext.CancellationToken.WaitHandle.WaitOne();
            return 5;
        })))!;
        Assert.That(failure.WasKilled, Is.False);
        Assert.That(await pool.ApplyAsync(static () => 6), Is.EqualTo(6));
    }

    [Test]
    public async Task It_ends_a_map_as_any_failure_does()
    {
        await using var pool = NewPool(workers: 2);
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<ItemTimeoutException>(() => pool.MapAsync(static i => HangAt(3, i, static () => Thread.Sleep(Timeout.Infinite)), Enumerable.Range(0, 100)));
        Assert.That(clock.Elapsed, Is.GreaterThan(Limit));
    }

    [Test]
    public async Task Time_is_counted_from_an_items_own_start()
    {
        await using var pool = NewPool(workers: 1);
        var results = await pool.MapAsync(
            static i =>
            {
                Thread.Sleep(100);
                return i;
            },
            Enumerable.Range(0, 30));
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 30)), "the items take three seconds in all, but each takes only a tenth of the limit");
    }

    [Test]
    public async Task Many_quick_items_do_not_run_out_of_time()
    {
        await using var pool = NewPool(workers: 2);
        var results = await pool.MapAsync(static i => i + 1, Enumerable.Range(0, 1_000_000));
        Assert.That(results.Sum(static i => (long)i), Is.EqualTo(500_000_500_000));
    }

    [Test]
    public async Task Other_calls_do_not_notice()
    {
        await using var pool = NewPool(workers: 2);
        using var stop = new CancellationTokenSource();
        var other = Task.Run(async () =>
        {
            var rounds = 0;
            for (; !stop.IsCancellationRequested; rounds++)
                Assert.That(await pool.MapAsync(static item => item + 1, Enumerable.Range(0, 500)), Is.EqualTo(Enumerable.Range(1, 500)));
            return rounds;
        });
        for (var i = 0; i < 3; i++) await Assert.ThrowsAsync<ItemTimeoutException>(() => pool.ApplyAsync(static () => Thread.Sleep(Timeout.Infinite)));
        await stop.CancelAsync();
        Assert.That(await other, Is.Positive);
    }

    private static int HangAt(int item, int i, Action hang)
    {
        if (i == item) hang();
        return i;
    }

    private static bool WaitAtFive(int i)
    {
        if (i == 5) WorkerContext.CancellationToken.WaitHandle.WaitOne();
        return WorkerContext.CancellationToken.IsCancellationRequested;
    }

    private static void WaitForToken()
    {
        var token = WorkerContext.CancellationToken;
        token.WaitHandle.WaitOne();
        token.ThrowIfCancellationRequested();
    }

    private static TestCaseData Way(string name, Action hang) => new TestCaseData(hang).SetArgDisplayNames(name);

    private Pool NewPool(int workers, TimeSpan? killDelay = null) => new(new PoolOptions
    {
        Workers = workers,
        ItemTimeout = Limit,
        KillDelay = killDelay ?? TimeSpan.FromSeconds(0.2),
        UseStatusPage = useStatusPage,
    });
}
