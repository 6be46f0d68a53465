using System.Collections.Concurrent;
using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Workers;

namespace ProcessPool.Chaos.Tests;

/// <summary>PoolOptions.OnWorkerExit is told of each process that has ended, why, and what follows.</summary>
[TimeLimit(120)]
[Parallelizable(ParallelScope.All)]
internal sealed class Workers_that_end_are_told_of
{
    [Test]
    public async Task One_that_was_killed_while_it_was_idle()
    {
        var (options, exits) = Told(new PoolOptions { Workers = 2 });
        await using var pool = new Pool(options);
        await pool.WaitUntilReadyAsync();
        var killed = pool.WorkerPids[1];
        Processes.SignalUntilDead(killed, Processes.SigKill);
        var exit = exits.Take();
        Assert.That((exit.WorkerId, exit.ProcessId, exit.Reason, exit.KillReason), Is.EqualTo((1, killed, LeaveReason.Died, (LeaveReason?)null)));
        Assert.That((exit.ExitCode, exit.Cause, exit.RunningItem, exit.IsReplaced), Is.EqualTo((137, "was killed by SIGKILL", (RunningItem?)null, true)));
        Assert.That(Eventually.True(() => pool.WorkerPids.Count == 2), Is.True, "it was replaced");
    }

    [Test]
    public async Task One_that_died_with_its_item([Values] bool useStatusPage, [Values(1, 2)] int maxAttempts)
    {
        var (options, exits) = Told(new PoolOptions { Workers = 1, UseStatusPage = useStatusPage, MaxAttempts = maxAttempts });
        await using var pool = new Pool(options);
        await Assert.ThrowsAsync<WorkerDiedException>(() => pool.MapAsync(static x => { if (x == 3) Environment.Exit(5); return x; }, Enumerable.Range(0, 10)));
        for (var attempt = 0; attempt < maxAttempts; attempt++)
        {
            var exit = exits.Take();
            Assert.That((exit.Reason, exit.ExitCode, exit.RunningItem?.Item, exit.RunningItem?.WorkerId, exit.IsReplaced), Is.EqualTo((LeaveReason.Died, 5, 3L, 0, true)));
            Assert.That(exit.RunningItem!.Function, Does.StartWith(nameof(Workers_that_end_are_told_of)));
        }
    }

    [Test]
    public async Task One_that_was_killed_for_its_item()
    {
        var (options, exits) = Told(new PoolOptions { Workers = 1, ItemTimeout = TimeSpan.FromSeconds(0.2), KillDelay = TimeSpan.Zero });
        await using var pool = new Pool(options);
        await Assert.ThrowsAsync<ItemTimeoutException>(() => pool.ApplyAsync(static () => Thread.Sleep(Timeout.Infinite)));
        var exit = exits.Take();
        Assert.That((exit.Reason, exit.KillReason, exit.ExitCode, exit.RunningItem?.Item), Is.EqualTo((LeaveReason.ItemLate, LeaveReason.ItemLate, 137, 0L)));
        Assert.That(exit.RunningItem!.Duration, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(0.15)));
    }

    [Test]
    public async Task Those_that_left_in_order()
    {
        var (options, exits) = Told(new PoolOptions { Workers = 2, RecycleAfter = 1 });
        await using (var pool = new Pool(options))
        {
            await pool.ApplyAsync(static () => 1);
            Assert.That(Facts(exits.Take()), Is.EqualTo((LeaveReason.Recycled, (LeaveReason?)null, 0, true)));
            Assert.That(Eventually.True(() => pool.WorkerPids.Count == 2), Is.True, "it was replaced");
            pool.Resize(1);
            var surplus = exits.Take();
            Assert.That((surplus.WorkerId, Facts(surplus)), Is.EqualTo((1, (LeaveReason.Surplus, (LeaveReason?)null, 0, false))));
        }

        Assert.That(Facts(exits.Take()), Is.EqualTo((LeaveReason.Closing, (LeaveReason?)null, 0, false)), "before the pool has ended");
        Assert.That(exits, Is.Empty);
    }

    [Test]
    public async Task One_that_had_nothing_to_do()
    {
        var (options, exits) = Told(new PoolOptions { Workers = 1, IdleTimeout = TimeSpan.FromSeconds(0.1) });
        await using var pool = new Pool(options);
        Assert.That(Facts(exits.Take()), Is.EqualTo((LeaveReason.Idle, (LeaveReason?)null, 0, false)));
        Assert.That(pool.Apply(static () => 1), Is.EqualTo(1));
    }

    [Test]
    public async Task One_whose_finalizer_was_too_late()
    {
        var (options, exits) = Told(new PoolOptions { Workers = 1, ShutdownTimeout = TimeSpan.FromSeconds(0.3), Finalizer = static () => Thread.Sleep(Timeout.Infinite) });
        await using (var pool = new Pool(options)) await pool.WaitUntilReadyAsync();
        Assert.That(Facts(exits.Take()), Is.EqualTo((LeaveReason.Closing, (LeaveReason?)LeaveReason.SlowToEnd, 137, false)));
    }

    [Test]
    public async Task Those_that_were_terminated()
    {
        var (options, exits) = Told(new PoolOptions { Workers = 2 });
        var pool = new Pool(options);
        await pool.WaitUntilReadyAsync();
        pool.Terminate();
        pool.Join();
        Assert.That(exits.Select(Facts), Is.EqualTo(Enumerable.Repeat((LeaveReason.Terminated, (LeaveReason?)LeaveReason.Terminated, 137, false), 2)));
    }

    [Test]
    public async Task Those_that_could_not_be_initialized()
    {
        var (options, exits) = Told(new PoolOptions { Workers = 1, Initializer = (Action)(static () => throw new FormatException("no")) });
        await using (var pool = new Pool(options)) await Assert.ThrowsAsync<WorkerStartException>(() => pool.ApplyAsync(static () => 1));
        var all = exits.ToList();
        Assert.That(all.Select(static exit => (exit.Reason, exit.StartFailure?.InnerException?.Message, exit.ProcessId is > 0)), Is.All.EqualTo((LeaveReason.NotStarted, "no", true)));
        Assert.That(all.Select(static exit => exit.IsReplaced), Is.EqualTo((bool[])[true, true, false]), "until the pool gave up");
    }

    [Test]
    public async Task Those_for_which_there_was_no_process()
    {
        var (options, exits) = Told(new PoolOptions { Workers = 1 });
        await using (var pool = new Pool(options, new NoLauncher())) await Assert.ThrowsAsync<WorkerStartException>(() => pool.ApplyAsync(static () => 1));
        Assert.That(exits.Select(static exit => (exit.Reason, exit.ProcessId, exit.ExitCode, exit.Cause)), Is.All.EqualTo((LeaveReason.NotStarted, (int?)null, (int?)null, "could not be started")));
        Assert.That(exits.Last().StartFailure!.Message, Does.Contain("nothing starts"));
    }

    [Test]
    public async Task All_of_them_also_by_a_callback_that_throws_or_is_slow()
    {
        var told = 0;
        var calling = 0;
        var overlaps = 0;
        var pool = new Pool(new PoolOptions
        {
            Workers = 4,
            RecycleAfter = 1,
            OnWorkerExit = _ =>
            {
                if (Interlocked.Increment(ref calling) > 1) Interlocked.Increment(ref overlaps);
                Thread.Sleep(20);
                Interlocked.Decrement(ref calling);
                Interlocked.Increment(ref told);
                throw new FormatException();
            },
        });
        await using (pool) Assert.That(await pool.MapAsync(static x => x, Enumerable.Range(0, 20)), Is.EqualTo(Enumerable.Range(0, 20)));
        Assert.That((told, overlaps), Is.EqualTo((pool.Statistics.Workers.Sum(static worker => worker.Processes), 0)));
    }

    [Test]
    public async Task A_callback_may_use_its_pool_and_dispose_of_it()
    {
        var done = new TaskCompletionSource<int>();
        Pool pool = null!;
        pool = new Pool(new PoolOptions
        {
            Workers = 1,
            OnWorkerExit = exit =>
            {
                if (exit.Reason != LeaveReason.Died) return;
                var result = pool.Apply(static () => 7);
                pool.Dispose();
                done.SetResult(result);
            },
        });
        await pool.WaitUntilReadyAsync();
        Processes.SignalUntilDead(pool.WorkerPids[0], Processes.SigKill);
        Assert.That(await done.Task, Is.EqualTo(7));
        await pool.JoinAsync();
    }

    [Test]
    public void None_where_items_run_in_this_process()
    {
        var (options, exits) = Told(new PoolOptions { Workers = 0 });
        using (var pool = new Pool(options)) pool.Apply(static () => 1);
        Assert.That(exits, Is.Empty);
    }

    private static (LeaveReason, LeaveReason?, int?, bool) Facts(WorkerExit exit) => (exit.Reason, exit.KillReason, exit.ExitCode, exit.IsReplaced);

    private static (PoolOptions Options, BlockingCollection<WorkerExit> Exits) Told(PoolOptions options)
    {
        var exits = new BlockingCollection<WorkerExit>();
        return (options with { OnWorkerExit = exits.Add }, exits);
    }

    private sealed class NoLauncher : IWorkerLauncher
    {
        public WorkerConnection Launch(int worker) => throw new WorkerStartException("nothing starts");
    }
}
