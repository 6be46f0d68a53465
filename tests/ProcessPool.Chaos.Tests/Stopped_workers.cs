using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>Workers are stopped by SIGSTOP. Their items that have not started go to other workers.</summary>
[TimeLimit(60)]
[Parallelizable(ParallelScope.All)]
internal sealed class Stopped_workers
{
    [Test]
    public async Task Items_behind_the_one_that_was_stopped_go_to_another_worker()
    {
        const int items = 20_000;
        for (var round = 0; round < 10; round++)
        {
            using var log = new RunLog();
            var directory = log.Directory;
            await using var pool = new Pool(2);
            await pool.WaitUntilReadyAsync();
            var victim = pool.WorkerPids[round % 2];
            var call = pool.MapAsync(item => Items.Work(directory, item, 0.01), Enumerable.Range(0, items));
            Assert.That(Eventually.True(() => log.Length > (round + 1) * 5_000), Is.True);
            Processes.Signal(victim, Processes.SigStop);
            try
            {
                // The victim may have claimed one item that it has not begun.
                Assert.That(Eventually.True(() => log.Count().Count >= items - 1), Is.True, () => $"round {round}: {log.Count().Count} items ran");
            }
            finally
            {
                Processes.Signal(victim, Processes.SigContinue);
            }

            Assert.That(await call, Is.EqualTo(Enumerable.Range(0, items).Select(static item => Items.ResultOf(item))));
            Assert.That(log.Count().Values, Is.All.EqualTo(1));
        }
    }

    [Test]
    public async Task A_worker_that_was_stopped_while_idle_holds_nothing_up()
    {
        await using var pool = new Pool(2);
        await pool.WaitUntilReadyAsync();
        pool.Map(static item => item, Enumerable.Range(0, 1_000));
        foreach (var victim in pool.WorkerPids)
        {
            Processes.Signal(victim, Processes.SigStop);
            try
            {
                var call = pool.MapAsync(static item => item + 1, Enumerable.Range(0, 1_000));
                Assert.That(await Task.WhenAny(call, Task.Delay(TimeSpan.FromSeconds(10))), Is.SameAs(call), "the call ends without the stopped worker");
                Assert.That(await call, Is.EqualTo(Enumerable.Range(1, 1_000)));
            }
            finally
            {
                Processes.Signal(victim, Processes.SigContinue);
            }
        }
    }

    [Test]
    public async Task The_only_one_is_replaced_if_items_have_a_time_limit()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 1, ItemTimeout = TimeSpan.FromSeconds(1) });
        await pool.WaitUntilReadyAsync();
        var stopped = pool.WorkerPids[0];
        Processes.Signal(stopped, Processes.SigStop);
        Assert.That(await pool.MapAsync(static item => item + 1, Enumerable.Range(0, 1_000)), Is.EqualTo(Enumerable.Range(1, 1_000)));
        Assert.That(Eventually.True(() => !Processes.IsAlive(stopped)), Is.True);
    }
}
