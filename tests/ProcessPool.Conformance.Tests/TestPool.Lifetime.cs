using System.Runtime.CompilerServices;
using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// Pools from start to end, and what they keep alive.
internal sealed partial class TestPool
{
    [Test]
    [Adapted("A pool of -1 workers is refused, and one of 3 has 3; one of 0, which Python refuses, has no process and runs everything in this one.")]
    public async Task test_make_pool()
    {
        Assert.That(() => new Pool(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(NewPool(0).Apply(static () => Environment.ProcessId), Is.EqualTo(Environment.ProcessId));
        var pool = NewPool(3);
        await pool.WaitUntilReadyAsync();
        Assert.That(pool.WorkerPids, Has.Count.EqualTo(3).And.Unique);
        Assert.That(pool.Workers, Is.EqualTo(3));
    }

    [Test]
    [Ported("Terminate and Join do not wait for 10,000 tasks that would never end.")]
    public async Task test_terminate()
    {
        var pool = NewPool(Workers);
        await pool.WaitUntilReadyAsync();
        var workers = pool.WorkerPids;
        var call = pool.MapAsync(static item => Thread.Sleep(Timeout.Infinite), Enumerable.Range(0, 10_000));
        pool.Terminate();
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        Assert.That(() => call, Throws.TypeOf<PoolTerminatedException>());
        Assert.That(workers.Where(Processes.IsAlive), Is.Empty);
    }

    [Test]
    [Adapted("In a using block the pool works; after it the error is ObjectDisposedException. The end of the block waits for calls, where Python's terminates them.")]
    public void test_context()
    {
        Pool left;
        Task<int[]> late;
        using (var pool = new Pool(Workers))
        {
            left = pool;
            Assert.That(pool.Map(Work.Square, Enumerable.Range(0, 10)), Is.EqualTo(Enumerable.Range(0, 10).Select(Work.Square)));
            late = pool.MapAsync(static x => { Thread.Sleep(20); return x; }, Enumerable.Range(0, 10));
        }

        Assert.That(late.IsCompletedSuccessfully, Is.True);
        Assert.That(late.Result, Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(() => { _ = left.MapAsync(Work.Square, [1]); }, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    [Adapted("A using block cannot be refused: a terminated pool refuses the calls in it, and can be disposed of again.")]
    public void test_enter()
    {
        var pool = new Pool(Workers);
        pool.Terminate();
        using (pool) Assert.That(() => pool.Apply(Work.Square, 1), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(pool.WorkerPids, Is.Empty);
    }

    [Test]
    [Adapted(".NET has no warning for what is dropped: the workers of a pool that was never closed end when it is collected.")]
    public void test_resource_warning() => Assert.That(Garbage.AreEnded(UseAndDropPool(Workers)), Is.True);

    [Test]
    [Adapted("What is counted in Python is seen by weak references here: arguments and results are collectable after the call, whichever it was.")]
    public void test_release_task_refs([Values] Way way) => Assert.That(Garbage.IsFreed(CallWithNewObjects(Pool, way)), Is.True);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReadOnlyList<int> UseAndDropPool(int workers)
    {
        var pool = new Pool(workers);
        pool.Map(Work.Square, [1, 2, 3]);
        return pool.WorkerPids;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] CallWithNewObjects(Pool pool, Way way)
    {
        var arguments = Enumerable.Range(0, 10).Select(static number => new Box { Number = number }).ToArray();
        var results = pool.Call(way, static box => new Box { Number = -box.Number }, arguments).GetAwaiter().GetResult().Results;
        Assert.That(results.Select(static box => box.Number), Is.EquivalentTo(arguments.Select(static box => -box.Number)));
        return [.. arguments.Concat(results).Select(static box => new WeakReference(box))];
    }
}
