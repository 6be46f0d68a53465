using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>Workers that die while they are idle cost time, but no item.</summary>
[TimeLimit(60)]
internal sealed class Killed_between_calls
{
    [TestCase(1)]
    [TestCase(2)]
    public async Task A_call_after_idle_workers_were_killed_succeeds(int workers)
    {
        await using var pool = new Pool(workers);
        for (var round = 0; round < Tormentor.Share(0.1); round++)
        {
            await pool.WaitUntilReadyAsync();
            foreach (var worker in pool.WorkerPids) Processes.Signal(worker, Processes.SigKill);
            Assert.That(pool.Map(static item => item + 1, Enumerable.Range(0, 10)), Is.EqualTo(Enumerable.Range(1, 10)));
        }
    }

    [Test]
    public async Task A_call_succeeds_although_workers_are_killed_while_they_start()
    {
        for (var round = 0; round < Tormentor.Share(0.05); round++)
        {
            await using var pool = new Pool(2);
            var call = pool.MapAsync(static item => item + 1, Enumerable.Range(0, 10));
            var killed = 0;
            Assert.That(Eventually.True(() =>
            {
                foreach (var worker in Processes.Children())
                {
                    if (killed < 3 && Processes.Signal(worker, Processes.SigKill)) killed++;
                }

                return killed == 3;
            }), Is.True);
            Assert.That(await call, Is.EqualTo(Enumerable.Range(1, 10)));
        }
    }

    [Test]
    public async Task Idle_workers_cost_no_item_however_they_are_killed_and_called(
        [Values(Processes.SigKill, Processes.SigSegv)] int signal, [Values] Way way, [Values(1, 2, 8)] int workers)
    {
        await using var pool = new Pool(workers);
        await pool.WaitUntilReadyAsync();
        foreach (var worker in pool.WorkerPids) Processes.SignalUntilDead(worker, signal);
        await AssertNothingIsLost(pool, way);
    }

    [Test]
    public async Task Starting_workers_cost_no_item_however_they_are_killed_and_called(
        [Values(Processes.SigKill, Processes.SigSegv)] int signal, [Values] Way way, [Values(1, 2, 8)] int workers)
    {
        await using var pool = new Pool(workers);
        Assert.That(Eventually.True(() => Processes.Children().Count > 0), Is.True);
        Processes.SignalUntilDead(Processes.Children()[0], signal);
        await AssertNothingIsLost(pool, way);
    }

    [Test]
    public async Task An_item_that_kills_its_worker_before_it_starts_is_found_out()
    {
        await using var pool = new Pool(1);
        var error = await Assert.ThrowsAsync<WorkerDiedException>(() => pool.MapAsync(static item => item.Value, [new DeadlyArgument()]));
        Assert.That(error!.Item, Is.Zero);
        Assert.That(await pool.ApplyAsync(static () => 5), Is.EqualTo(5));
    }

    private static async Task AssertNothingIsLost(Pool pool, Way way)
    {
        var (results, failures) = await pool.Call(way, static item => item + 1, [.. Enumerable.Range(0, 10)]);
        Assert.That(failures, Is.Empty);
        if (way == Way.ImapUnordered) results.Sort();
        Assert.That(results, Is.EqualTo(Enumerable.Range(1, 10)));
        Assert.That(Eventually.True(() => pool.WorkerPids.Count == pool.Workers), Is.True, "all workers were replaced");
        Assert.That(pool.WorkerPids, Is.All.Matches<int>(Processes.IsAlive));
    }

    /// <summary>An argument that kills the process that reads it.</summary>
    private sealed class DeadlyArgument
    {
        public int Value => Environment.ProcessId;

        static DeadlyArgument()
        {
            // This constructor also runs in the test process, which must survive it.
            if (Environment.GetEnvironmentVariable("PROCESSPOOL_DEPTH") is not null) Processes.Signal(Environment.ProcessId, Processes.SigKill);
        }
    }
}
