using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// Python's shutdown(wait=False) is Close; with wait=True, Close and Join, or Dispose.

[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed class ExecutorShutdownTest(int workers) : PoolFixture
{
    [Test]
    [Ported("A pool that is closed takes no calls: ObjectDisposedException, whatever the call.")]
    public void test_run_after_shutdown([Values] Way way)
    {
        var pool = NewPool(workers);
        pool.Close();
        Assert.That(() => pool.Call(way, Work.Square, [1]), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    [Adapted("A program that returns from Main waits for nothing by itself: at the end of a using block what was pending is run; it prints, and nothing goes to stderr.")]
    public async Task test_interpreter_shutdown() => Assert.That(await ProgramRun.Of("pending"), Is.EqualTo(new ChildResult(0, "apple\n", "")));

    [Test]
    [Adapted("At the end of a program, which the event ProcessExit tells, .NET still has threads: a pool that is open goes on to take calls, one that was disposed of refuses them. The program ends, and leaves no process.")]
    public async Task test_submit_after_interpreter_shutdown() =>
        Assert.That(await ProgramRun.Of("after-the-end"), Is.EqualTo(new ChildResult(0, "1 4 9 ObjectDisposedException\n", "")));

    [Test]
    [Ported("50 calls, then Close: all give their results.")]
    public async Task test_hang_issue12364()
    {
        var pool = NewPool(workers);
        var calls = Enumerable.Range(0, 50).Select(item => pool.ApplyAsync(Work.Square, item)).ToArray();
        pool.Close();
        Assert.That(await Task.WhenAll(calls).WaitAsync(Eventually.Bound), Is.EqualTo(Enumerable.Range(0, 50).Select(Work.Square)));
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
    }

    [Test]
    [Ported("Of 50 calls more than 20 are cancelled; all others are done, and give their results.")]
    public async Task test_cancel_futures()
    {
        var pool = NewPool(workers);
        var calls = Enumerable.Range(0, 50).Select(item => pool.ApplyAsync(static item => { Thread.Sleep(100); return item; }, item)).ToArray();
        await calls[0].WaitAsync(Eventually.Bound);
        pool.Close(cancelPending: true);
        await pool.DisposeAsync().AsTask().WaitAsync(Eventually.Bound);
        var cancelled = calls.Where(static call => call.IsFaulted).ToArray();
        Assert.That(cancelled, Has.Length.GreaterThan(20));
        Assert.That(cancelled.Select(static call => call.Exception!.InnerException), Is.All.TypeOf<PoolTerminatedException>());
        foreach (var (call, item) in calls.Select(static (call, item) => (call, item)).Where(call => !cancelled.Contains(call.call)))
            Assert.That(await call.WaitAsync(Eventually.Bound), Is.EqualTo(item));
    }

    [Test]
    [Adapted("A program that closes its pool and ends without waiting ends its workers, whatever they run; with Join the call is completed.")]
    public async Task test_hang_gh83386()
    {
        Assert.That(await ProgramRun.Of("close-and-join"), Is.EqualTo(new ChildResult(0, "apple\n", "")));
        Assert.That(await ProgramRun.Of("close-only"), Is.EqualTo(new ChildResult(0, "", "")));
    }

    [Test]
    [Ported("To submit, cancel and dispose of the pool does not hang, whether the call has started or not.")]
    public async Task test_hang_gh94440()
    {
        for (var round = 0; round < 5; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var pool = NewPool(workers);
            if (round % 2 == 0) await pool.WaitUntilReadyAsync();
            var call = pool.ApplyAsync(static () => { WorkerContext.CancellationToken.WaitHandle.WaitOne(); }, cancellationToken: cancellation.Token);
            await cancellation.CancelAsync();
            await pool.DisposeAsync().AsTask().WaitAsync(Eventually.Bound);
            Assert.That(call.IsCanceled, Is.True);
        }
    }
}

[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed class ProcessPoolShutdownTest(int workers) : PoolFixture
{
    [Test]
    [Ported("There are as many processes as were asked for, and all have ended after Close and Join.")]
    public async Task test_processes_terminate()
    {
        var pool = NewPool(workers);
        await pool.WaitUntilReadyAsync();
        var processes = pool.WorkerPids;
        Assert.That(pool.StarMap(Work.Multiply, [(21, 2), (6, 7), (3, 14)]), Is.All.EqualTo(42));
        Assert.That(processes, Has.Count.EqualTo(workers));
        pool.Close();
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        Assert.That(processes.Where(Processes.IsAlive), Is.Empty);
    }

    [Test]
    [Ported("At the end of a using block the results are there, and the processes have ended.")]
    public void test_context_manager_shutdown()
    {
        IReadOnlyList<int> processes;
        Task<int[]> call;
        using (var pool = new Pool(workers))
        {
            call = pool.MapAsync(Math.Abs, Enumerable.Range(-5, 12));
            pool.Apply(Work.Square, 1);
            processes = pool.WorkerPids;
        }

        Assert.That(call.IsCompletedSuccessfully, Is.True);
        Assert.That(call.Result, Is.EqualTo(new[] { 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6 }));
        Assert.That(processes.Where(Processes.IsAlive), Is.Empty);
    }

    [Test]
    [Adapted("A reference that is dropped is noticed by the garbage collector, not at once: the results come, and then the processes end.")]
    public async Task test_del_shutdown()
    {
        var call = MapAndDrop(workers);
        var processes = await call.WaitAsync(Eventually.Bound);
        Assert.That(processes, Has.Length.EqualTo(12));
        Assert.That(Garbage.AreEnded(processes), Is.True);
    }

    [Test]
    [Ported("After Close, without Join, everything ends by itself, and the results are complete.")]
    public async Task test_shutdown_no_wait()
    {
        var pool = NewPool(workers);
        await pool.WaitUntilReadyAsync();
        var processes = pool.WorkerPids;
        var call = pool.MapAsync(Math.Abs, Enumerable.Range(-5, 12));
        pool.Close();
        Assert.That(await call.WaitAsync(Eventually.Bound), Is.EqualTo(new[] { 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6 }));
        Assert.That(Eventually.True(() => !processes.Any(Processes.IsAlive)), Is.True);
    }

    [Test]
    [Ported("Two workers that are replaced after each task, one task that fails, and Close: each call ends as it should.")]
    public Task test_shutdown_gh_132969_case_1() => FailAndClose(2);

    [Test]
    [Ported("The same with four workers.")]
    public Task test_shutdown_gh_132969_case_2() => FailAndClose(4);

    private async Task FailAndClose(int count)
    {
        var pool = NewPool(new PoolOptions { Workers = count, RecycleAfter = 1 });
        var first = pool.ApplyAsync(Work.Square, 2);
        var failing = pool.ApplyAsync(static () => Work.Fail("no"));
        var last = pool.ApplyAsync(Work.Square, 3);
        pool.Close();
        Assert.That(await first.WaitAsync(Eventually.Bound), Is.EqualTo(4));
        Assert.That(() => failing.WaitAsync(Eventually.Bound), Throws.TypeOf<FormatException>());
        Assert.That(await last.WaitAsync(Eventually.Bound), Is.EqualTo(9));
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static Task<int[]> MapAndDrop(int workers) => new Pool(workers).MapAsync(static _ => Environment.ProcessId, Enumerable.Range(0, 12));
}

[CancelAfter(60_000)]
internal sealed class ThreadPoolShutdownTest
{
    [Test]
    [Adapted("With processes instead of threads: a program that cancels its calls at its end (PoolOptions.CancelOnDispose), and does not wait, ends in silence; whether the call was done by then is left to chance.")]
    public async Task test_cancel_futures_wait_false() =>
        Assert.That(await ProgramRun.Of("cancel-only"), Is.EqualTo(new ChildResult(0, "", "")).Or.EqualTo(new ChildResult(0, "apple\n", "")));
}
