using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// Ended by force: terminate_workers and kill_workers are Terminate.
internal sealed partial class ProcessPoolExecutorTest
{
    [Test]
    [Adapted("What is called inside cannot be replaced; it is asserted that the worker is gone, though it cannot end by itself: SIGSTOP holds it.")]
    public async Task test_kill_workers()
    {
        var pool = NewPool(1);
        await pool.WaitUntilReadyAsync();
        var worker = pool.WorkerPids.Single();
        Processes.Signal(worker, Processes.SigStop);
        pool.Terminate();
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        Assert.That(Processes.IsAlive(worker), Is.False);
    }

    [Test]
    [Adapted("There is one operation, Terminate, where Python has two: the running task stops, and never says that it has finished.")]
    public async Task test_force_shutdown_workers()
    {
        var (started, go, finished) = (NewFile("started"), NewFile("go"), NewFile("finished"));
        var pool = NewPool(1);
        var call = pool.ApplyAsync(() =>
        {
            Work.Touch(started);
            Work.AfterFile(go, 0);
            Work.Touch(finished);
        });
        Work.WaitFor(started);
        var worker = pool.WorkerPids.Single();
        pool.Terminate();
        Assert.ThrowsAsync<PoolTerminatedException>(() => call);
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        Work.Touch(go);
        Assert.That(Processes.IsAlive(worker), Is.False);
        Assert.That(File.Exists(finished), Is.False);
    }

    [Test]
    [Adapted("A pool whose workers were killed is not broken, but replaces them; to terminate it meanwhile throws nothing.")]
    public async Task test_force_shutdown_workers_dead_workers()
    {
        var pool = NewPool(2);
        await pool.WaitUntilReadyAsync();
        foreach (var worker in pool.WorkerPids) Processes.Signal(worker, Processes.SigKill);
        Assert.That(pool.Terminate, Throws.Nothing);
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        Assert.That(pool.WorkerPids, Is.Empty);
    }

    [Test]
    [Ported("To terminate a pool none of whose workers has started throws nothing.")]
    public async Task test_force_shutdown_workers_not_started_yet()
    {
        var pool = NewPool(2);
        Assert.That(pool.Terminate, Throws.Nothing);
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
    }

    [Test]
    [Ported("A pool that was terminated takes no calls, and its process is gone.")]
    public async Task test_force_shutdown_workers_stops_pool()
    {
        var pool = NewPool(1);
        var worker = pool.Apply(static () => Environment.ProcessId);
        pool.Terminate();
        Assert.That(() => { _ = pool.ApplyAsync(Work.Square, 1); }, Throws.TypeOf<ObjectDisposedException>());
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        Assert.That(Processes.IsAlive(worker), Is.False);
    }
}
