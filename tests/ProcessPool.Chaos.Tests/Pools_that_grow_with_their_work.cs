using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>PoolOptions.MinWorkers: a pool starts with few workers, adds more while items wait, and lets them go when they are idle.</summary>
[TimeLimit(120)]
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable(ParallelScope.All)]
internal sealed class Pools_that_grow_with_their_work(bool useStatusPage)
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task Have_their_least_number_of_workers_before_and_after_it(int least)
    {
        await using var pool = NewPool(least, TimeSpan.FromSeconds(0.3));
        await pool.WaitUntilReadyAsync();
        var first = pool.WorkerPids;
        Assert.That((first.Count, pool.Workers), Is.EqualTo((least, 4)));
        for (var round = 0; round < 2; round++)
        {
            var workers = await pool.MapAsync(static _ => { Thread.Sleep(300); return WorkerContext.WorkerId; }, Enumerable.Range(0, 20));
            Assert.That(workers.Distinct().Order(), Is.EqualTo(Enumerable.Range(0, 4)));
            Assert.That(Eventually.True(() => pool.WorkerPids.Count == least), Is.True, "the others end");
            Assert.That(pool.WorkerPids, Is.EqualTo(first), "those that were there first stay");
        }
    }

    [Test]
    public async Task Do_not_grow_while_one_worker_has_time_for_all_calls()
    {
        await using var pool = NewPool(1, null);
        await pool.WaitUntilReadyAsync();
        for (var i = 0; i < 200; i++) Assert.That(await pool.ApplyAsync(static x => x + 1, i), Is.EqualTo(i + 1));
        Assert.That(pool.Statistics.Workers.Select(static worker => worker.Processes), Is.EqualTo((int[])[1, 0, 0, 0]));
    }

    [Test]
    public async Task Grow_by_one_for_each_call_that_waits()
    {
        await using var pool = NewPool(1, null);
        await pool.WaitUntilReadyAsync();
        using var isOpen = SharedValue.Create(0);
        var calls = Enumerable.Range(0, 3).Select(_ => pool.ApplyAsync(() => Eventually.True(() => isOpen.Value == 1))).ToArray();
        Assert.That(Eventually.True(() => pool.Statistics.RunningItems.Count == 3), Is.True);
        Assert.That(pool.WorkerPids, Has.Count.EqualTo(3));
        isOpen.Exchange(1);
        Assert.That(await Task.WhenAll(calls), Is.All.True);
    }

    [Test]
    public async Task Lose_nothing_when_workers_come_go_and_die_at_any_moment()
    {
        await using var pool = NewPool(0, TimeSpan.FromSeconds(0.1));
        var random = new Random(5);
        for (var round = 0; round < 20; round++)
        {
            await Task.Delay(random.Next(0, 150));
            if (round % 4 == 3) foreach (var worker in pool.WorkerPids) Processes.Signal(worker, Processes.SigKill);
            var count = random.Next(1, 30);
            Assert.That(await pool.MapAsync(static x => { Thread.Sleep(2); return x + 1; }, Enumerable.Range(0, count), new CallOptions { MaxAttempts = 5 }), Is.EqualTo(Enumerable.Range(1, count)));
        }
    }

    private Pool NewPool(int least, TimeSpan? idleTimeout) =>
        new(new PoolOptions { Workers = 4, MinWorkers = least, IdleTimeout = idleTimeout, UseStatusPage = useStatusPage });
}
