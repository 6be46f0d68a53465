using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// Ended by force: terminate_workers and kill_workers are Terminate.
internal sealed partial class ProcessPoolExecutorTest
{
    [Test]
    [Adapted("terminate_workers is Terminate, as kill_workers is. As after Python's SIGTERM nothing of a task goes on: neither its finally blocks run nor what it has added to the end of its process.")]
    public async Task test_terminate_workers([Values(1, 3)] int workers)
    {
        var (started, late) = (NewFile("started"), NewFile("late"));
        var pool = NewPool(workers);
        await pool.WaitUntilReadyAsync();
        var processes = pool.WorkerPids;
        var calls = Enumerable.Range(0, workers).Select(item => pool.ApplyAsync(() =>
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Work.Touch(late);
            try
            {
                Work.Touch($"{started}-{item}");
                Thread.Sleep(Timeout.Infinite);
            }
            finally
            {
                Work.Touch(late);
            }
        })).ToArray();
        for (var item = 0; item < workers; item++) Work.WaitFor($"{started}-{item}");
        pool.Terminate();
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        foreach (var call in calls) await Assert.ThrowsAsync<PoolTerminatedException>(() => call);
        Assert.That(processes.Where(Processes.IsAlive), Is.Empty);
        Assert.That(File.Exists(late), Is.False);
    }

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
    [Adapted("Terminate has no operation that could be wrong. What can be wrong about an end is refused, and the pool goes on: to join it or to ask for the results of its finalizers while it is open, and to end Pool.Shared, which nobody owns.")]
    public void test_force_shutdown_workers_invalid_op()
    {
        var pool = NewPool(1);
        Assert.That(pool.Join, Throws.InvalidOperationException.With.Message.Contains("call Close or Terminate first"));
        Assert.That(() => pool.ExitResults<int>(), Throws.InvalidOperationException.With.Message.Contains("has not ended"));
        Assert.That(pool.Apply(Work.Square, 2), Is.EqualTo(4));
        Assert.That(Pool.Shared.Terminate, Throws.InvalidOperationException.With.Message.Contains("cannot be closed"));
        Assert.That(Pool.Shared.Close, Throws.InvalidOperationException.With.Message.Contains("cannot be closed"));
        Assert.That(Pool.Shared.Apply(Work.Square, 3), Is.EqualTo(9));
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
        await Assert.ThrowsAsync<PoolTerminatedException>(() => call);
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
