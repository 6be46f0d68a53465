using System.Runtime.CompilerServices;
using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// Workers that are replaced after some items: max_tasks_per_child is RecycleAfter.
internal sealed partial class ProcessPoolExecutorTest
{
    [Test]
    [Ported("With a limit of 3 three items run in one process and the fourth in another; there is one worker all the time.")]
    public async Task test_max_tasks_per_child()
    {
        var pool = NewRecyclingPool(1, 3);
        List<int> ran = [];
        for (var i = 0; i < 4; i++) ran.Add(await pool.ApplyAsync(static () => Environment.ProcessId));
        Assert.That(ran[..3].Distinct().Count(), Is.EqualTo(1));
        Assert.That(ran[3], Is.Not.EqualTo(ran[0]));
        Assert.That(pool.WorkerPids, Has.Count.EqualTo(1));
    }

    [TestCase(1, 2, 6)]
    [TestCase(2, 2, 8)]
    [Ported("Of more tasks than the workers may run before they are replaced all are done.")]
    public async Task test_max_tasks_per_child_pending_tasks_gh115634(int workers, int limit, int tasks)
    {
        var pool = NewRecyclingPool(workers, limit);
        var calls = Enumerable.Range(0, tasks).Select(item => pool.ApplyAsync(Work.Square, item));
        Assert.That(await Task.WhenAll(calls).WaitAsync(Eventually.Bound), Is.EqualTo(Enumerable.Range(0, tasks).Select(Work.Square)));
    }

    [Test]
    [Adapted("A pool that is closed, and not waited for, while its worker is at its limit still runs the rest; that it was dropped changes nothing, as calls under way keep it.")]
    public async Task test_shutdown_no_wait_max_tasks_gh119592([Values] bool dropped)
    {
        var calls = StartAndClose(dropped ? new Pool(new PoolOptions { Workers = 1, RecycleAfter = 1 }) : NewRecyclingPool(1, 1));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.That(await Task.WhenAll(calls).WaitAsync(Eventually.Bound), Is.EqualTo(Enumerable.Range(0, 4).Select(Work.Square)));
    }

    [Test]
    [Adapted("Calls under way keep a pool that nobody else refers to: its queued items succeed instead of failing; then it is collected, and its workers end.")]
    public async Task test_gc_during_max_tasks_worker_exit_gh152967()
    {
        var calls = StartAndDrop();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var workers = await Task.WhenAll(calls).WaitAsync(Eventually.Bound);
        Assert.That(workers, Is.Unique);
        Assert.That(Garbage.AreEnded(workers), Is.True);
    }

    [Test]
    [Ported("A pool that is terminated while its worker is at its limit starts no replacement; what was queued fails with PoolTerminatedException.")]
    public async Task test_force_shutdown_during_max_tasks_worker_exit()
    {
        var started = NewFile("started");
        var pool = NewPool(new PoolOptions { Workers = 1, RecycleAfter = 1, Initializer = () => File.AppendAllText(started, "1") });
        var running = NewFile("running");
        var calls = Enumerable.Range(0, 5).Select(_ => pool.ApplyAsync(() =>
        {
            Work.Touch(running);
            Thread.Sleep(Timeout.Infinite);
        })).ToArray();
        Work.WaitFor(running);
        pool.Terminate();
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        foreach (var call in calls) await Assert.ThrowsAsync<PoolTerminatedException>(() => call);
        Assert.That(File.ReadAllText(started), Is.EqualTo("1"), "one worker was started");
    }

    [Test]
    [Ported("Once no replacement can be started and no worker is left, calls fail with WorkerStartException.")]
    public void test_failed_worker_replacement_breaks_pool()
    {
        var once = NewFile("once");
        var pool = NewPool(new PoolOptions { Workers = 1, RecycleAfter = 1, Initializer = () => File.Open(once, FileMode.CreateNew).Dispose() });
        Assert.That(pool.Apply(Work.Square, 2), Is.EqualTo(4));
        Assert.That(() => pool.ApplyAsync(Work.Square, 3).WaitAsync(Eventually.Bound), Throws.TypeOf<WorkerStartException>().With.InnerException.TypeOf<IOException>());
        Assert.That(() => { _ = pool.ApplyAsync(Work.Square, 4); }, Throws.TypeOf<WorkerStartException>());
    }

    [Test]
    [Ported("With a limit of 1, six items and Close at once: all results are right.")]
    public async Task test_max_tasks_early_shutdown()
    {
        var pool = NewRecyclingPool(3, 1);
        var calls = Enumerable.Range(0, 6).Select(item => pool.ApplyAsync(Work.Square, item)).ToArray();
        pool.Close();
        Assert.That(await Task.WhenAll(calls).WaitAsync(Eventually.Bound), Is.EqualTo(Enumerable.Range(0, 6).Select(Work.Square)));
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
    }

    private Pool NewRecyclingPool(int workers, int limit) => NewPool(new PoolOptions { Workers = workers, RecycleAfter = limit });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int>[] StartAndClose(Pool pool)
    {
        Task<int>[] calls = [.. Enumerable.Range(0, 4).Select(item => pool.ApplyAsync(Work.Square, item))];
        pool.Close();
        return calls;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int>[] StartAndDrop()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, RecycleAfter = 1 });
        return [.. Enumerable.Range(0, 4).Select(_ => pool.ApplyAsync(static () => Environment.ProcessId))];
    }
}
