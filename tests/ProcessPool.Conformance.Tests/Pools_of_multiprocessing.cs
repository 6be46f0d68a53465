using Microsoft.CSharp.RuntimeBinder;
using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// The small classes with tests of Pool.

[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed class TestPoolWorkerErrors(int workers) : PoolFixture
{
    [Test]
    [Adapted("There is no callback for errors: a continuation of the task gets the exception that awaiting it throws.")]
    public async Task test_async_error_callback()
    {
        var call = NewPool(workers).ApplyAsync(static () => throw new KeyNotFoundException("not here"));
        Exception? told = null;
        await call.ContinueWith(task => { told = task.Exception!.InnerException; }, TaskScheduler.Default);
        var thrown = await Assert.ThrowsAsync<KeyNotFoundException>(() => call);
        Assert.That(told, Is.SameAs(thrown));
    }

    [Test]
    [Ported("Twenty results that cannot be written fail with an exception that says so, and no worker is lost.")]
    public async Task test_unpickleable_result([Values] Way way)
    {
        var pool = NewPool(workers);
        await pool.WaitUntilReadyAsync();
        var processes = pool.WorkerPids;
        for (var i = 0; i < 20; i++)
        {
            var (_, failures) = await pool.Call(way, static _ => new Hazard(Harm.Error), [0]).WaitAsync(Eventually.Bound);
            var failure = failures.Single();
            Assert.That(failure, Is.TypeOf<ValueException>().With.Message.Contains(nameof(Hazard)));
            Assert.That(failure.InnerException, Is.TypeOf<InvalidDataException>());
        }

        Assert.That(pool.WorkerPids, Is.EqualTo(processes));
    }
}

[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed class TestPoolWorkerLifetime(int workers) : PoolFixture
{
    [Test]
    [Ported("With workers replaced after 10 items, 100 give the right results; all workers are other processes then, and alive.")]
    public async Task test_pool_worker_lifetime()
    {
        var pool = NewPool(new PoolOptions { Workers = workers, RecycleAfter = 10 });
        await pool.WaitUntilReadyAsync();
        var first = pool.WorkerPids;
        var calls = Enumerable.Range(0, 100).Select(item => pool.ApplyAsync(Work.Square, item)).ToArray();
        Assert.That(await Task.WhenAll(calls), Is.EqualTo(Enumerable.Range(0, 100).Select(Work.Square)));

        // A worker that was slow to start may not have had its ten: then the others have had more, one process after the other.
        while (!first.All(process => !pool.WorkerPids.Contains(process))) await pool.MapAsync(Work.Square, Enumerable.Range(0, 30));
        Assert.That(Eventually.True(() => pool.WorkerPids.Count == workers && pool.WorkerPids.All(Processes.IsAlive)), Is.True);
    }

    [Test]
    [Ported("With workers replaced after each item, a pool that is closed before its items are done ends, with the right results.")]
    public async Task test_pool_worker_lifetime_early_close()
    {
        var pool = NewPool(new PoolOptions { Workers = workers, RecycleAfter = 1 });
        var calls = Enumerable.Range(0, 6).Select(item => pool.ApplyAsync(static item => { Thread.Sleep(50); return item * item; }, item)).ToArray();
        pool.Close();
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        Assert.That(await Task.WhenAll(calls), Is.EqualTo(Enumerable.Range(0, 6).Select(Work.Square)));
    }

    [Test]
    [Adapted("What is no integer does not compile: asserted of the compiler's rules at run time. 0 and -1 are refused.")]
    public void test_pool_maxtasksperchild_invalid()
    {
        foreach (dynamic items in new object[] { 0.5, "12" })
            Assert.That(() => new PoolOptions { RecycleAfter = items }, Throws.TypeOf<RuntimeBinderException>().With.Message.Contains("to 'int?'"));
        foreach (var items in new[] { 0, -1 })
            Assert.That(() => new Pool(new PoolOptions { RecycleAfter = items }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("RecycleAfter must be 1 or more"));
    }

    [Test]
    [Ported("A program with a pool in a static property that is never closed ends with exit code 0, and in silence.")]
    public async Task test_worker_finalization_via_atexit_handler_of_multiprocessing() =>
        Assert.That(await ProgramRun.Of("never-closed"), Is.EqualTo(new ChildResult(0, "1 4 9\n", "")));
}

[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed class TestInitializers(int workers) : PoolFixture
{
    [Test]
    [Adapted("What is no function does not compile: asserted of the compiler's rules at run time. One that needs arguments is refused. The initializer runs once in each worker.")]
    public async Task test_pool_initializer()
    {
        dynamic number = 1;
        Assert.That(() => new PoolOptions { Initializer = number }, Throws.TypeOf<RuntimeBinderException>().With.Message.Contains("to 'System.Delegate'"));
        Assert.That(() => new Pool(new PoolOptions { Workers = workers, Initializer = static (int x) => { } }), Throws.ArgumentException);
        var log = NewFile("log");
        var pool = NewPool(new PoolOptions { Workers = workers, Initializer = () => File.AppendAllText($"{log}-{Environment.ProcessId}", "1") });
        await pool.WaitUntilReadyAsync();
        pool.Map(Work.Square, Enumerable.Range(0, 100));
        Assert.That(pool.WorkerPids.Select(worker => File.ReadAllText($"{log}-{worker}")), Is.EqualTo(Enumerable.Repeat("1", workers)));
    }
}

[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed class TestStdinBadfiledescriptor(int workers) : PoolFixture
{
    [Test]
    [Adapted("Standard input of a worker is the pool's pipe; a pool within a worker works all the same.")]
    public void test_pool_in_process()
    {
        Assert.That(NewPool(1).Apply(Within, workers), Is.EqualTo(new[] { 1, 4, 9 }));

        static int[] Within(int workers)
        {
            using var pool = new Pool(workers);
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

[CancelAfter(600_000)]
internal sealed class MiscTestCase
{
    [Test]
    [Ported("200 workers start, the sum of the squares of 1,000 numbers is right, and nothing is printed to stderr. On two busy cores that takes some 20 s, and 1.2 GiB.")]
    public async Task test_large_pool() => Assert.That(await ProgramRun.Within(TimeSpan.FromMinutes(8), "large", "200"), Is.EqualTo(new ChildResult(0, "200 332833500\n", "")));
}
