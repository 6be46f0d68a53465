using System.Diagnostics;
using System.Runtime.CompilerServices;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>
/// Pools end quickly and leave nothing behind, whichever thread ends them and whatever their workers are about to do.
/// </summary>
[TimeLimit(180)]
internal sealed class Pools_that_end
{
    [Test]
    public async Task Terminating_does_not_wait_for_what_is_queued()
    {
        using var pool = new Pool(2);
        await pool.WaitUntilReadyAsync();
        var workers = pool.WorkerPids;
        var call = pool.MapAsync(static item => Thread.Sleep(60_000), Enumerable.Range(0, 10_000));
        var clock = Stopwatch.StartNew();
        pool.Terminate();
        await pool.JoinAsync();
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(async () => await call, Throws.TypeOf<PoolTerminatedException>());
        Assert.That(workers.Where(Processes.IsAlive), Is.Empty);
    }

    [Test]
    public void Close_and_join_finish_what_is_under_way()
    {
        using var pool = new Pool(2);
        var call = pool.MapAsync(static item => { Items.Spin(1); return item + 1; }, Enumerable.Range(0, 200));
        pool.Close();
        Assert.That(() => pool.Map(static item => item, [1]), Throws.TypeOf<ObjectDisposedException>());
        pool.Join();
        Assert.That(call.IsCompletedSuccessfully, Is.True);
        Assert.That(call.Result, Is.EqualTo(Enumerable.Range(1, 200)));
        Assert.That(pool.WorkerPids, Is.Empty);
    }

    [Test]
    public async Task Closing_finishes_what_runs_without_what_is_pending_if_that_is_wanted([Values] bool useStatusPage)
    {
        var pool = new Pool(new PoolOptions { Workers = 2, UseStatusPage = useStatusPage });
        using var started = SharedValue.Create(0);
        using var go = SharedValue.Create(0);
        var calls = Enumerable.Range(0, 50).Select(item => pool.ApplyAsync(() => { started.Increment(); Wait(go); return item; })).ToArray();
        var map = pool.MapAsync(item => { started.Increment(); Wait(go); return item; }, Enumerable.Range(0, 50));
        await using var stream = pool.Imap(static item => item, Enumerable.Range(0, 50)).GetAsyncEnumerator();
        var first = stream.MoveNextAsync().AsTask();
        Assert.That(Eventually.True(() => started.Value == 2), Is.True, "both workers are busy");
        pool.Close(cancelPending: true);
        await Assert.ThrowsAsync<PoolTerminatedException>(() => map);
        await Assert.ThrowsAsync<PoolTerminatedException>(() => first);

        // Without a status page the coordinator does not know which of the items sent ahead have started, so all of them run.
        var least = useStatusPage ? 48 : 1;
        Assert.That(Eventually.True(() => calls.Count(static call => call.IsFaulted) >= least), Is.True, "waiting calls fail while others run");
        go.Increment();
        await pool.JoinAsync();
        Assert.That(calls.Select(static call => call.Status), Is.All.EqualTo(TaskStatus.RanToCompletion).Or.EqualTo(TaskStatus.Faulted));
        var done = calls.Where(static call => call.IsCompletedSuccessfully).ToArray();
        Assert.That(done, Has.Length.EqualTo(started.Value));
        Assert.That(done.Select(call => call.Result), Is.EqualTo(done.Select(call => Array.IndexOf(calls, call))));
        if (useStatusPage) Assert.That(done, Has.Length.EqualTo(2));
        Assert.That(calls.Where(static call => call.IsFaulted).Select(static call => call.Exception!.InnerException), Is.All.TypeOf<PoolTerminatedException>());
    }

    [Test]
    public async Task Closing_leaves_a_call_alone_all_of_which_runs()
    {
        var pool = new Pool(2);
        using var started = SharedValue.Create(0);
        using var go = SharedValue.Create(0);
        var map = pool.MapAsync(item => { started.Increment(); Wait(go); return item; }, Enumerable.Range(0, 2));
        Assert.That(Eventually.True(() => started.Value == 2), Is.True);
        pool.Close(cancelPending: true);
        go.Increment();
        await pool.JoinAsync();
        Assert.That(await map, Is.EqualTo((int[])[0, 1]));
    }

    [TestCase(0, true)]
    [TestCase(1, true)]
    [TestCase(1, false)]
    public async Task Closing_takes_back_what_was_sent_ahead(int workers, bool useStatusPage)
    {
        var pool = new Pool(new PoolOptions { Workers = workers, UseStatusPage = useStatusPage });
        using var started = SharedValue.Create(0);
        using var go = SharedValue.Create(0);
        var map = pool.MapAsync(item => { started.Increment(); Wait(go, item + 1); return item; }, Enumerable.Range(0, 4), new CallOptions { ChunkSize = 8 });
        Assert.That(Eventually.True(() => started.Value == 1), Is.True);
        pool.Close(cancelPending: true);

        // Without a status page the worker must be asked for its items. It may have begun the next one before it answers.
        for (var item = 0; item < 4 && !map.IsCompleted; item++)
        {
            go.Increment();
            Eventually.True(() => map.IsCompleted, TimeSpan.FromSeconds(10));
        }

        await Assert.ThrowsAsync<PoolTerminatedException>(() => map);
        await pool.JoinAsync();
        Assert.That(started.Value, Is.LessThan(4));
    }

    [Test]
    public async Task Nobody_waits_for_ever_for_a_pool_to_be_ready_that_ends_before([Values] bool terminates)
    {
        using var go = SharedValue.Create(0);
        var pool = new Pool(new PoolOptions { Workers = 2, Initializer = () => Wait(go) });
        var ready = pool.WaitUntilReadyAsync();
        if (terminates) pool.Terminate();
        else pool.Close();
        await pool.JoinAsync();
        await Assert.ThrowsAsync<PoolTerminatedException>(() => ready.WaitAsync(TimeSpan.FromSeconds(60)));
        await Assert.ThrowsAsync<PoolTerminatedException>(() => pool.WaitUntilReadyAsync().WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public void A_pool_that_is_dropped_ends_though_its_only_call_was_cancelled_before_any_worker_was_ready()
    {
        using var go = SharedValue.Create(0);
        Drop(go);
        Assert.That(
            Eventually.True(() =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Processes.Children().Count == 0;
            }),
            Is.True);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop(SharedValue<int> go)
        {
            var pool = new Pool(new PoolOptions { Workers = 1, Initializer = () => Wait(go) });
            using var cancellation = new CancellationTokenSource();
            var call = pool.MapAsync(static item => item, Enumerable.Range(0, 10), cancellationToken: cancellation.Token);
            cancellation.Cancel();
            Assert.That(() => call, Throws.InstanceOf<OperationCanceledException>());
            Assert.That(Eventually.True(() => Processes.Children().Count == 1), Is.True);
        }
    }

    private static void Wait(SharedValue<int> go, int least = 1)
    {
        if (!Eventually.True(() => go.Value >= least, TimeSpan.FromSeconds(60))) throw new TimeoutException("In vain.");
    }

    [Test]
    public async Task Disposing_of_a_pool_stops_its_calls_if_that_is_wanted()
    {
        Task call = Task.CompletedTask;
        await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await using var pool = new Pool(new PoolOptions { Workers = 2, CancelOnDispose = true });
            call = pool.MapAsync(static x => Thread.Sleep(TimeSpan.FromMinutes(10)), Enumerable.Range(0, 100));
            throw new InvalidDataException("on the way out of the block");
        });
        await Assert.ThrowsAsync<PoolTerminatedException>(() => call);
    }

    [TestCase(0)]
    [TestCase(20)]
    [TestCase(60)]
    [TestCase(150)]
    public async Task A_pool_is_disposed_of_several_times_from_several_threads_while_workers_start(int milliseconds)
    {
        var pool = new Pool(3);
        Items.Spin(milliseconds);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(thread => Task.Run(async () =>
        {
            if (thread % 3 == 0) pool.Dispose();
            else if (thread % 3 == 1) await pool.DisposeAsync();
            else pool.Terminate();
        })));
        await pool.JoinAsync();
        pool.Dispose();
        Assert.That(Processes.Children(), Is.Empty);
    }

    [Test]
    public async Task A_pool_is_disposed_of_while_its_workers_die()
    {
        for (var round = 0; round < 10; round++)
        {
            var pool = new Pool(2);
            await pool.WaitUntilReadyAsync();
            foreach (var worker in pool.WorkerPids) Processes.Signal(worker, Processes.SigKill);
            Items.Spin(round * 0.5);
            await Task.WhenAll(Task.Run(pool.Dispose), Task.Run(pool.Dispose), pool.DisposeAsync().AsTask());
            Assert.That(Processes.Children(), Is.Empty);
        }
    }

    [Test]
    public async Task A_pool_is_ended_in_every_way_at_once_while_its_workers_start_and_die()
    {
        var random = new Random(1);
        for (var round = 0; round < 10; round++)
        {
            var pool = new Pool(3);
            if (round % 2 == 0) await pool.WaitUntilReadyAsync();
            var call = pool.MapAsync(static item => { Items.Spin(1); return item; }, Enumerable.Range(0, 100));
            foreach (var worker in Processes.Children())
            {
                if (random.Next(2) == 0) Processes.Signal(worker, Processes.SigKill);
            }

            Items.Spin(random.NextDouble() * 20);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() => End(pool, thread))));
            for (var again = 0; again < 4; again++) await End(pool, again);
            Assert.That(call.IsCompleted, Is.True);
            if (call.IsFaulted) Assert.That(call.Exception!.InnerException, Is.InstanceOf<PoolException>());
            else Assert.That(call.Result, Is.EqualTo(Enumerable.Range(0, 100)));
            Assert.That(Processes.Children(), Is.Empty);
        }
    }

    [Test]
    public void Calls_under_way_survive_the_death_of_workers_while_the_pool_closes()
    {
        using var pool = new Pool(2);
        pool.Map(static item => item, [1, 2, 3]);
        var call = pool.MapAsync(static item => { Items.Spin(2); return item; }, Enumerable.Range(0, 100));
        pool.Close();
        foreach (var worker in pool.WorkerPids) Processes.Signal(worker, Processes.SigKill);
        pool.Join();
        if (call.IsFaulted) Assert.That(call.Exception!.InnerException, Is.TypeOf<WorkerDiedException>());
        else Assert.That(call.Result, Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [Test]
    public async Task Pools_that_are_disposed_of_at_once_leave_nothing_behind()
    {
        const int pools = 200;
        for (var warmUp = 0; warmUp < 10; warmUp++) await new Pool(2).DisposeAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var (files, threads) = (Processes.OpenFiles(), Processes.Threads());
        for (var i = 0; i < pools; i++) await new Pool(2).DisposeAsync();

        Assert.That(Processes.Children(), Is.Empty);
        Assert.That(Eventually.True(() => Processes.OpenFiles() <= files), Is.True, () => $"{Processes.OpenFiles()} open files, {files} before");
        Assert.That(Eventually.True(() => Processes.Threads() <= threads + 4), Is.True, () => $"{Processes.Threads()} threads, {threads} before");
    }

    [Test]
    public void Pools_that_come_and_go_leave_nothing_behind()
    {
        var pools = int.TryParse(Environment.GetEnvironmentVariable("PROCESSPOOL_CHAOS_POOLS"), out var count) ? count : 200;
        for (var warmUp = 0; warmUp < 3; warmUp++) UseOne(warmUp);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var (files, threads) = (Processes.OpenFiles(), Processes.Threads());
        for (var i = 0; i < pools; i++) UseOne(i);

        Assert.That(Processes.Children(), Is.Empty);
        Assert.That(Eventually.True(() => Processes.OpenFiles() <= files), Is.True, $"{Processes.OpenFiles()} open files, {files} before");
        Assert.That(Eventually.True(() => Processes.Threads() <= threads + 4), Is.True, $"{Processes.Threads()} threads, {threads} before");
    }

    private static async Task End(Pool pool, int way)
    {
        switch (way % 4)
        {
            case 0:
                pool.Dispose();
                break;
            case 1:
                await pool.DisposeAsync();
                break;
            case 2:
                pool.Terminate();
                break;
            default:
                pool.Close();
                await pool.JoinAsync();
                break;
        }
    }

    private static void UseOne(int round)
    {
        using var pool = new Pool(2);
        if (round % 4 != 0) Assert.That(pool.Map(static item => item + 1, [1, 2, 3]), Is.EqualTo([2, 3, 4]));
        if (round % 4 == 1) pool.Terminate();
    }
}
