using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

/// <summary>Workers that die, how their deaths are reported, and how many workers there are.</summary>
[CancelAfter(60_000)]
internal sealed partial class ProcessPoolExecutorTest : PoolFixture
{
    /// <summary>In a worker: the argument of the item before.</summary>
    private static WeakReference? _last;

    [Test]
    [Adapted("The most workers are 4,096, on every system: one more is refused, by name.")]
    public void test_max_workers_too_large() =>
        Assert.That(() => new Pool(4097), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Workers must be 0 to 4096"));

    [Test]
    [Adapted("Our rule: a killed worker costs the item that it ran, and not the pool. The other calls and all later ones succeed.")]
    public async Task test_killed_child([Values(1, 3)] int workers)
    {
        var pool = NewPool(workers);
        var (sign, go) = (NewFile("sign"), NewFile("go"));
        var killed = pool.ApplyAsync(() => Processes.WaitToBeKilled(sign));
        var others = Enumerable.Range(0, 10).Select(item => pool.ApplyAsync(() => Work.AfterFile(go, item))).ToArray();
        Processes.KillWhoWaits(sign, Processes.SigKill);
        var failure = (await Assert.ThrowsAsync<WorkerDiedException>(() => killed))!;
        Assert.That(failure.ExitCode, Is.EqualTo(128 + Processes.SigKill));
        Work.Touch(go);
        Assert.That(await Task.WhenAll(others), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(pool.Apply(Work.Square, 2), Is.EqualTo(4));
    }

    [Test]
    [Adapted("A worker's death is no reason here for several calls to fail; that no worker can be started is, and that the pool is terminated. Each call has an exception object of its own, whose stack is that of its caller alone.")]
    public async Task test_broken_process_pool_traceback([Values(1, 3)] int workers)
    {
        const int calls = 4;
        var unstartable = NewPool(new PoolOptions { Workers = workers, Initializer = static void () => throw new InvalidDataException("error in initializer") });
        await Check<WorkerStartException>(unstartable, Start(unstartable));

        var terminated = NewPool(workers);
        var waiting = Start(terminated);
        terminated.Terminate();
        await Check<PoolTerminatedException>(terminated, waiting);

        static Task[] Start(Pool pool) => [.. Enumerable.Range(0, calls).Select(_ => pool.ApplyAsync(static () => Thread.Sleep(Timeout.Infinite)))];

        static async Task Check<T>(Pool pool, Task[] failing)
            where T : Exception
        {
            HashSet<Exception> failures = new(ReferenceEqualityComparer.Instance);
            foreach (var call in failing)
            {
                try
                {
                    await call.WaitAsync(Eventually.Bound);
                    Assert.Fail("It succeeded.");
                }
                catch (T e)
                {
                    failures.Add(e);
                    Assert.That(e.StackTrace!.Split("ProcessPoolExecutorTest.cs:line"), Has.Length.EqualTo(2), e.StackTrace);
                }
            }

            Assert.That(failures, Has.Count.EqualTo(calls), $"{pool}");
        }
    }

    [Test]
    [Ported("40 items in chunks of 6, 50 and 40 give the right results, in lists and in streams; a size of -1 is refused.")]
    public async Task test_map_chunksize([Values(1, 3)] int workers)
    {
        var pool = NewPool(workers);
        var expected = Enumerable.Range(0, 40).Select(Work.Square).ToArray();
        foreach (var options in new[] { 6, 50, 40 }.Select(static size => new CallOptions { ChunkSize = size }))
        {
            Assert.That(pool.Map(Work.Square, Enumerable.Range(0, 40), options), Is.EqualTo(expected));
            Assert.That(await pool.Imap(Work.Square, Enumerable.Range(0, 40), options).ToEnd(), Is.EqualTo(expected));
            Assert.That(await pool.ImapUnordered(Work.Square, Enumerable.Range(0, 40), options).ToEnd(), Is.EquivalentTo(expected));
        }

        var wrong = new CallOptions { ChunkSize = -1 };
        Assert.That(() => pool.Map(Work.Square, [1], wrong), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => pool.Imap(Work.Square, [1], wrong), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => pool.ImapUnordered(Work.Square, [1], wrong), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    [Adapted("The worker's stack is not in an inner exception but in the exception's own text, which is what is printed.")]
    public async Task test_traceback()
    {
        var failure = (await Assert.ThrowsAsync<FormatException>(() => NewPool(1).ApplyAsync(static () => Work.Fail("123"))))!;
        Assert.That(failure.Message, Is.EqualTo("123"));
        Assert.That(failure.ToString(), Does.Contain("Work.Fail").And.Contain("Work.cs:line"));
        var run = await ProgramRun.Of("uncaught");
        Assert.That(run.ExitCode, Is.Not.Zero);
        Assert.That(run.Error, Does.Contain("no such row").And.Contain("ReadRow"));
    }

    [Test]
    [Ported("Of a worker that ends itself with _exit(99) the exception says that it ended with exit code 99.")]
    public void test_traceback_when_child_process_terminates_abruptly()
    {
        var failure = Assert.Throws<WorkerDiedException>(() => NewPool(1).Apply(static () => Work.ExitAbruptly(99)))!;
        Assert.That(failure.Message, Does.Contain("ended with exit code 99"));
        Assert.That(failure.ExitCode, Is.EqualTo(99));
    }

    [Test]
    [Adapted("Seen by the next item of the same worker, as there is no shared counter: the argument of the one before is collectable.")]
    public void test_ressources_gced_in_workers()
    {
        var pool = NewPool(1);
        pool.Map(static box => { _last = new WeakReference(box); }, [new Box { Number = 1 }]);
        Assert.That(pool.Apply(static () => Garbage.IsFreed(_last!)), Is.True);
    }

    [Test]
    [Adapted("Threads can still be started when a .NET program ends: a pool that is first made then does its work, and the program ends.")]
    public async Task test_python_finalization_error() => Assert.That(await ProgramRun.Of("first-at-the-end"), Is.EqualTo(new ChildResult(0, "1 4 9\n", "")));

    [Test]
    [Ported("With 15 tasks for each worker there are as many processes as workers.")]
    public async Task test_saturation([Values(1, 3)] int workers)
    {
        var pool = NewPool(workers);
        await pool.WaitUntilReadyAsync();
        var go = NewFile("go");
        var calls = Enumerable.Range(0, 15 * workers).Select(item => pool.ApplyAsync(() => Work.AfterFile(go, item))).ToArray();
        Assert.That(pool.WorkerPids, Has.Count.EqualTo(workers));
        Work.Touch(go);
        Assert.That(await Task.WhenAll(calls), Is.EqualTo(Enumerable.Range(0, 15 * workers)));
    }

    [Test]
    [Adapted("Workers start with the pool and not with the first tasks: it is asserted that tasks one after the other run in those, and that none is added.")]
    public async Task test_idle_process_reuse_one()
    {
        var pool = NewPool(1);
        await pool.WaitUntilReadyAsync();
        var workers = pool.WorkerPids;
        for (var i = 0; i < 3; i++) Assert.That(await pool.ApplyAsync(static () => Environment.ProcessId), Is.EqualTo(workers.Single()));
        Assert.That(pool.WorkerPids, Is.EqualTo(workers));
    }

    [Test]
    [Adapted("Workers start with the pool: mixed tasks run in the three that there are, and none is added.")]
    public async Task test_idle_process_reuse_multiple()
    {
        var pool = NewPool(3);
        await pool.WaitUntilReadyAsync();
        var workers = pool.WorkerPids;
        List<int> ran = [await pool.ApplyAsync(static () => Environment.ProcessId)];
        ran.AddRange(await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => pool.ApplyAsync(static () => Environment.ProcessId))));
        ran.Add(await pool.ApplyAsync(static () => Environment.ProcessId));
        Assert.That(ran, Is.All.Matches<int>(workers.Contains));
        Assert.That(pool.WorkerPids, Is.EqualTo(workers));
    }
}
