using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>The number of workers changes while calls run. No item is lost, and none runs twice.</summary>
[TimeLimit(180)]
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable(ParallelScope.All)]
internal sealed class Pools_that_are_resized(bool useStatusPage)
{
    [Test]
    public async Task New_workers_take_part_in_the_call_that_runs([Values] Way way)
    {
        // No item returns before all four run, so the call would never end with fewer workers.
        const int workers = 4;
        await using var pool = NewPool(1);
        using var running = SharedValue.Create(0);
        var call = pool.Call(way, _ => Meet(running, workers), Enumerable.Range(0, workers).ToArray());
        Assert.That(Eventually.True(() => running.Value == 1), Is.True, "the call runs with one worker");
        pool.Resize(workers);
        Assert.That(pool.Workers, Is.EqualTo(workers));
        Assert.That((await call).Results, Is.EquivalentTo(Enumerable.Range(0, workers)));
        Assert.That(pool.WorkerPids, Has.Count.EqualTo(workers));
    }

    [Test]
    public async Task Workers_that_are_too_many_finish_their_item_and_end([Values] Way way)
    {
        const int items = 120;
        await using var pool = NewPool(4);
        await pool.WaitUntilReadyAsync();
        using var started = SharedValue.Create(0);
        using var log = new RunLog();
        var directory = log.Directory;
        var call = pool.Call(
            way,
            i =>
            {
                RunLog.Append(directory, i);
                started.Increment();
                Thread.Sleep(50);
                return i;
            },
            Enumerable.Range(0, items).ToArray());
        Assert.That(Eventually.True(() => started.Value >= 8), Is.True);
        pool.Resize(1);
        var left = Eventually.True(() => pool.WorkerPids.Count == 1);
        Assert.That((left, started.Value < items), Is.EqualTo((true, true)), "the workers end while the call goes on");
        var gathered = await call;
        Assert.That(gathered.Failures, Is.Empty);
        Assert.That(gathered.Results, Is.EquivalentTo(Enumerable.Range(0, items)));
        Assert.That(log.Count(), Has.Count.EqualTo(items).And.All.Property("Value").EqualTo(1));
        Assert.That(pool.Statistics.Workers.Select(static worker => worker.Processes), Is.EqualTo((int[])[1, 1, 1, 1]));
        Assert.That(await pool.MapAsync(static _ => WorkerContext.WorkerId, Enumerable.Range(0, 20)), Is.All.Zero);
    }

    [Test]
    public async Task Those_with_the_lowest_numbers_stay()
    {
        await using var pool = NewPool(4);
        await pool.WaitUntilReadyAsync();
        var before = pool.WorkerPids;
        pool.Resize(2);
        Assert.That(Eventually.True(() => pool.WorkerPids.Count == 2), Is.True);
        Assert.That(pool.WorkerPids, Is.EqualTo(before.Take(2)));
    }

    [Test]
    public async Task It_is_ready_when_the_new_ones_are()
    {
        await using var pool = NewPool(1);
        await pool.WaitUntilReadyAsync();
        foreach (var workers in (int[])[3, 2, 5, 1, 4])
        {
            pool.Resize(workers);
            await pool.WaitUntilReadyAsync();
            Assert.That(Eventually.True(() => pool.WorkerPids.Count == workers), Is.True);
        }
    }

    [Test]
    public async Task Initializers_and_finalizers_run_in_each_process()
    {
        using var initialized = SharedValue.Create(0);
        var pool = new Pool(new PoolOptions
        {
            Workers = 1,
            UseStatusPage = useStatusPage,
            Initializer = () => initialized.Increment(),
            Finalizer = static () => WorkerContext.State<int>(),
        });
        await using (pool)
        {
            await pool.WaitUntilReadyAsync();
            pool.Resize(4);
            await pool.WaitUntilReadyAsync();
            pool.Resize(2);
            Assert.That(Eventually.True(() => pool.WorkerPids.Count == 2), Is.True);
            pool.Resize(3);
            await pool.WaitUntilReadyAsync();
        }

        Assert.That(pool.ExitResults<int>().Select(static result => result.Value), Is.EquivalentTo(Enumerable.Range(1, 5)));
        Assert.That(pool.ExitResults<int>().Select(static result => result.WorkerId), Is.EquivalentTo((int[])[0, 1, 2, 2, 3]));
    }

    [Test]
    public async Task A_worker_that_is_too_many_before_it_has_started_ends()
    {
        using var begun = SharedValue.Create(0);
        using var go = SharedValue.Create(0);
        await using var pool = new Pool(new PoolOptions
        {
            Workers = 3,
            UseStatusPage = useStatusPage,
            Initializer = () =>
            {
                begun.Increment();
                Wait(() => go.Value == 1);
            },
        });
        Assert.That(Eventually.True(() => begun.Value == 3), Is.True);
        pool.Resize(1);
        go.Increment();
        await pool.WaitUntilReadyAsync();
        Assert.That(Eventually.True(() => pool.WorkerPids.Count == 1), Is.True);
        Assert.That(await pool.MapAsync(static _ => WorkerContext.WorkerId, Enumerable.Range(0, 20)), Is.All.Zero);
        Assert.That(begun.Value, Is.EqualTo(3), "no worker was started again");
    }

    [Test]
    public async Task Resting_places_are_not_woken_for_work_if_they_are_too_many()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 4, UseStatusPage = useStatusPage, IdleTimeout = TimeSpan.FromSeconds(0.2) });
        await pool.WaitUntilReadyAsync();
        Assert.That(Eventually.True(() => pool.WorkerPids.Count == 0), Is.True, "all workers have ended");
        pool.Resize(2);
        var ids = await pool.MapAsync(static _ => { Thread.Sleep(100); return WorkerContext.WorkerId; }, Enumerable.Range(0, 20));
        Assert.That(ids.Distinct().Order(), Is.EqualTo((int[])[0, 1]));
        pool.Resize(4);
        ids = await pool.MapAsync(static _ => { Thread.Sleep(200); return WorkerContext.WorkerId; }, Enumerable.Range(0, 40));
        Assert.That(ids.Distinct().Count(), Is.EqualTo(4));
    }

    [Test]
    public async Task At_random_moments_between_calls_deaths_and_sizes()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PROCESSPOOL_SEED"), out var given) ? given : Environment.TickCount;
        TestContext.Out.WriteLine($"Again with PROCESSPOOL_SEED={seed}");
        var random = new Random(seed);
        await using var pool = new Pool(new PoolOptions { Workers = 2, UseStatusPage = useStatusPage, MaxAttempts = 100 });
        var stop = false;
        var calls = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var done = 0;
            for (; done < 2 || !Volatile.Read(ref stop); done++)
            {
                var gathered = await pool.Call((Way)(done % 4), static i => { Thread.SpinWait(2000); return i * 2; }, Enumerable.Range(0, 300).ToArray());
                Assert.That(gathered.Failures, Is.Empty);
                Assert.That(gathered.Results, Is.EquivalentTo(Enumerable.Range(0, 300).Select(static i => i * 2)));
            }

            return done;
        })).ToArray();
        for (var i = 0; i < 40; i++)
        {
            pool.Resize(random.Next(1, 7));
            await Task.Delay(random.Next(150));
            if (pool.WorkerPids is { Count: > 0 } workers && random.Next(3) == 0) Processes.Signal(workers[random.Next(workers.Count)], Processes.SigKill);
        }

        Volatile.Write(ref stop, true);
        Assert.That((await Task.WhenAll(calls)).Sum(), Is.GreaterThan(3));
        pool.Resize(2);
        Assert.That(Eventually.True(() => pool.WorkerPids.Count == 2), Is.True);
    }

    [Test]
    [NonParallelizable]
    public async Task While_the_pool_ends()
    {
        var before = Processes.Children().Count;
        for (var round = 0; round < 12; round++)
        {
            var pool = NewPool(2);
            var resizing = Task.Run(() =>
            {
                for (var i = 0; ; i++) pool.Resize(1 + (i % 5));
            });
            Thread.Sleep(round * 3);
            if (round % 2 == 0) pool.Terminate();
            else pool.Close();
            Assert.That(pool.JoinAsync().Wait(TimeSpan.FromSeconds(60)), Is.True);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => resizing.WaitAsync(TimeSpan.FromSeconds(60)));
        }

        Assert.That(Eventually.True(() => Processes.Children().Count <= before), Is.True);
    }

    [Test]
    public void To_no_number_of_workers_that_there_could_be()
    {
        using var pool = NewPool(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Resize(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Resize(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Resize(4097));
        Assert.That(pool.Workers, Is.EqualTo(1));
        pool.Close();
        Assert.Throws<ObjectDisposedException>(() => pool.Resize(2));
    }

    [Test]
    public void That_cannot_start_workers_say_so()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, UseStatusPage = useStatusPage, Initializer = void () => throw new InvalidOperationException("no") });
        Assert.Throws<WorkerStartException>(() => pool.Apply(static () => 1));
        Assert.Throws<WorkerStartException>(() => pool.Resize(2));
    }

    /// <summary>Runs in a worker: waits until all items run.</summary>
    /// <returns>A number that no other item has got.</returns>
    private static int Meet(SharedValue<int> running, int workers)
    {
        var number = running.Increment() - 1;
        Wait(() => running.Value >= workers);
        return number;
    }

    private static void Wait(Func<bool> condition)
    {
        if (!Eventually.True(condition, TimeSpan.FromSeconds(60))) throw new TimeoutException("The condition did not become true.");
    }

    private Pool NewPool(int workers) => new(new PoolOptions { Workers = workers, UseStatusPage = useStatusPage });
}
