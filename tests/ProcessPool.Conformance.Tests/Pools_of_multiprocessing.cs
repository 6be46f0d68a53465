using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// The small classes with tests of Pool.

[CancelAfter(60_000)]
internal sealed class TestPoolWorkerErrors : PoolFixture
{
    [Test]
    [Adapted("There is no callback for errors: a continuation of the task gets the exception that awaiting it throws.")]
    public async Task test_async_error_callback()
    {
        var call = NewPool(2).ApplyAsync(static () => throw new KeyNotFoundException("not here"));
        Exception? told = null;
        await call.ContinueWith(task => { told = task.Exception!.InnerException; }, TaskScheduler.Default);
        var thrown = Assert.ThrowsAsync<KeyNotFoundException>(() => call);
        Assert.That(told, Is.SameAs(thrown));
    }

    [Test]
    [Ported("Twenty results that cannot be written fail with an exception that says so, and no worker is lost.")]
    public async Task test_unpickleable_result()
    {
        var pool = NewPool(2);
        await pool.WaitUntilReadyAsync();
        var workers = pool.WorkerPids;
        for (var i = 0; i < 20; i++)
        {
            var failure = Assert.Throws<ValueException>(() => pool.Apply(static () => new Hazard(Harm.Error)))!;
            Assert.That(failure.Message, Does.Contain(nameof(Hazard)));
            Assert.That(failure.InnerException, Is.TypeOf<InvalidDataException>());
        }

        Assert.That(pool.WorkerPids, Is.EqualTo(workers));
    }
}

[CancelAfter(60_000)]
internal sealed class TestPoolWorkerLifetime : PoolFixture
{
    [Test]
    [Ported("With workers replaced after 10 items, 100 give the right results; all workers are other processes then, and alive.")]
    public async Task test_pool_worker_lifetime()
    {
        var pool = NewPool(new PoolOptions { Workers = 3, RecycleAfter = 10 });
        await pool.WaitUntilReadyAsync();
        var first = pool.WorkerPids;
        var calls = Enumerable.Range(0, 100).Select(item => pool.ApplyAsync(Work.Square, item)).ToArray();
        Assert.That(await Task.WhenAll(calls), Is.EqualTo(Enumerable.Range(0, 100).Select(Work.Square)));

        // A worker that was slow to start may not have had its ten: then the others have had more, one process after the other.
        while (!first.All(process => !pool.WorkerPids.Contains(process))) await pool.MapAsync(Work.Square, Enumerable.Range(0, 30));
        Assert.That(Eventually.True(() => pool.WorkerPids.Count == 3 && pool.WorkerPids.All(Processes.IsAlive)), Is.True);
    }

    [Test]
    [Ported("With workers replaced after each item, a pool that is closed before its items are done ends, with the right results.")]
    public async Task test_pool_worker_lifetime_early_close()
    {
        var pool = NewPool(new PoolOptions { Workers = 3, RecycleAfter = 1 });
        var calls = Enumerable.Range(0, 6).Select(item => pool.ApplyAsync(static item => { Thread.Sleep(50); return item * item; }, item)).ToArray();
        pool.Close();
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        Assert.That(await Task.WhenAll(calls), Is.EqualTo(Enumerable.Range(0, 6).Select(Work.Square)));
    }

    [Test]
    [Adapted("What is no integer does not compile; 0 and -1 are refused.")]
    public void test_pool_maxtasksperchild_invalid([Values(0, -1)] int items) =>
        Assert.That(() => new Pool(new PoolOptions { RecycleAfter = items }), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    [Ported("A program with a pool in a static property that is never closed ends with exit code 0, and in silence.")]
    public async Task test_worker_finalization_via_atexit_handler_of_multiprocessing() =>
        Assert.That(await ProgramRun.Of("never-closed"), Is.EqualTo(new ProgramRun(0, "1 4 9\n", "")));
}

[CancelAfter(60_000)]
internal sealed class TestInitializers : PoolFixture
{
    [Test]
    [Adapted("What is no function does not compile; one that needs arguments is refused. The initializer runs once in each worker.")]
    public async Task test_pool_initializer()
    {
        Assert.That(() => new Pool(new PoolOptions { Workers = 1, Initializer = static (int x) => { } }), Throws.ArgumentException);
        var log = NewFile("log");
        var pool = NewPool(new PoolOptions { Workers = 2, Initializer = () => File.AppendAllText($"{log}-{Environment.ProcessId}", "1") });
        await pool.WaitUntilReadyAsync();
        pool.Map(Work.Square, Enumerable.Range(0, 100));
        Assert.That(pool.WorkerPids.Select(worker => File.ReadAllText($"{log}-{worker}")), Is.EqualTo(new[] { "1", "1" }));
    }
}

[CancelAfter(60_000)]
internal sealed class TestStdinBadfiledescriptor : PoolFixture
{
    [Test]
    [Adapted("Standard input of a worker is the pool's pipe; a pool within a worker works all the same.")]
    public void test_pool_in_process()
    {
        Assert.That(NewPool(1).Apply(Within), Is.EqualTo(new[] { 1, 4, 9 }));

        static int[] Within()
        {
            using var pool = new Pool(2);
            return pool.Map(Work.Square, [1, 2, 3]);
        }
    }
}

[CancelAfter(60_000)]
internal sealed class TestPoolNotLeakOnFailure : PoolFixture
{
    [Test]
    [Adapted("A fourth worker that does not start costs the other three nothing: they do the work, and none is left when the pool has ended.")]
    public async Task test_release_unused_processes()
    {
        var place = NewFile("place");
        var refused = NewFile("refused");
        var pool = NewPool(new PoolOptions
        {
            Workers = 4,
            Initializer = () =>
            {
                if (Enumerable.Range(0, 3).Any(number => Takes($"{place}-{number}"))) return;
                Work.Touch(refused);
                throw new IOException("There are only three places.");
            },
        });
        Work.WaitFor(refused);
        Assert.That(pool.Map(Work.Square, [1, 2, 3]), Is.EqualTo(new[] { 1, 4, 9 }));
        Assert.That(Eventually.True(() => pool.WorkerPids.Count >= 3), Is.True);
        var workers = pool.WorkerPids;
        await pool.DisposeAsync();
        Assert.That(workers.Where(Processes.IsAlive), Is.Empty);

        static bool Takes(string file)
        {
            try
            {
                File.Open(file, FileMode.CreateNew).Dispose();
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }
}

[CancelAfter(120_000)]
internal sealed class MiscTestCase
{
    [Test]
    [Adapted("40 workers instead of 200, as each is a .NET runtime of its own: all start, the sum is right, and nothing is printed to stderr.")]
    public async Task test_large_pool() => Assert.That(await ProgramRun.Of("large", "40"), Is.EqualTo(new ProgramRun(0, "40 332833500\n", "")));
}
