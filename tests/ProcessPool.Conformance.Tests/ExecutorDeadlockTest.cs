using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

/// <summary>Whatever goes wrong with a task and its values, the call fails in time, the pool goes on, and it can be closed.</summary>
[CancelAfter(60_000)]
internal sealed class ExecutorDeadlockTest : PoolFixture
{
    [Test]
    [Adapted("What was thrown while the argument was written is within a ValueException.")]
    public async Task test_error_at_task_pickle()
    {
        var failure = await FailureOf<ValueException>(static pool => pool.ApplyAsync(static hazard => 1, new Hazard(Harm.Error)));
        Assert.That(failure.InnerException, Is.TypeOf<InvalidDataException>());
    }

    [Test]
    [Ported("Environment.Exit while a worker reads its argument fails that call with the worker's death; ours says what it did.")]
    public async Task test_exit_at_task_unpickle() => Check(await Argument<WorkerDiedException>(Harm.Exit), ItemPhase.ReadingArgument, Hazard.ExitCode);

    [Test]
    [Adapted("Our rule: an argument that throws when it is read fails its item with a ValueException, and no worker dies.")]
    public async Task test_error_at_task_unpickle() =>
        Assert.That((await Argument<ValueException>(Harm.Error)).InnerException, Is.TypeOf<InvalidDataException>());

    [Test]
    [Ported("A crash while a worker reads its argument fails that call with the worker's death.")]
    public async Task test_crash_at_task_unpickle() => Check(await Argument<WorkerDiedException>(Harm.Crash), ItemPhase.ReadingArgument, 128 + Processes.SigSegv);

    [Test]
    [Ported("A crash of the function fails that call with the worker's death.")]
    public async Task test_crash_during_func_exec_on_worker() =>
        Check(await Function<WorkerDiedException>(static () => Hazard.Do(Harm.Crash)), ItemPhase.Running, 128 + Processes.SigSegv);

    [Test]
    [Adapted("Our rule: Environment.Exit in a function really ends the worker, and is reported as its death.")]
    public async Task test_exit_during_func_exec_on_worker() =>
        Check(await Function<WorkerDiedException>(static () => Hazard.Do(Harm.Exit)), ItemPhase.Running, Hazard.ExitCode);

    [Test]
    [Ported("What the function throws is what the call throws.")]
    public async Task test_error_during_func_exec_on_worker() => await Function<InvalidDataException>(static () => Hazard.Do(Harm.Error));

    [Test]
    [Ported("A crash while a worker writes the result fails that call with the worker's death.")]
    public async Task test_crash_during_result_pickle_on_worker() =>
        Check(await Result<WorkerDiedException>(new Hazard(Harm.None), Harm.Crash), ItemPhase.WritingResult, 128 + Processes.SigSegv);

    [Test]
    [Adapted("Our rule: Environment.Exit while the result is written really ends the worker, and is reported as its death.")]
    public async Task test_exit_during_result_pickle_on_worker() =>
        Check(await Result<WorkerDiedException>(new Hazard(Harm.None), Harm.Exit), ItemPhase.WritingResult, Hazard.ExitCode);

    [Test]
    [Adapted("What was thrown while the result was written is within a ValueException.")]
    public async Task test_error_during_result_pickle_on_worker() =>
        Assert.That((await Result<ValueException>(new Hazard(Harm.None), Harm.Error)).InnerException, Is.TypeOf<InvalidDataException>());

    [Test]
    [Adapted("Our rule: a result that cannot be read back fails its item with a ValueException, and not the pool.")]
    public async Task test_error_during_result_unpickle_in_result_handler()
    {
        var failure = await FailureOf<ValueException>(static pool => pool.ApplyAsync(static () => new Hazard(Harm.None, Harm.Error)));
        Assert.That(failure.InnerException, Is.TypeOf<InvalidDataException>());
    }

    [Test]
    [Adapted("Environment.Exit is no exception that could be caught: where a result calls it when it is read, the program ends with its code, does not hang, and leaves no worker.")]
    public async Task test_exit_during_result_unpickle_in_result_handler() =>
        Assert.That(await ProgramRun.Of("exit-while-reading"), Is.EqualTo(new ProgramRun(Hazard.ExitCode, "", "")));

    [Test]
    [Ported("A worker that crashes after the pool was closed fails its call, and Join returns.")]
    public async Task test_shutdown_deadlock()
    {
        var pool = NewPool(2);
        var go = NewFile("go");
        var call = pool.ApplyAsync(() => Hazard.Do(Work.AfterFile(go, Harm.Crash)));
        pool.Close();
        Work.Touch(go);
        Assert.That(() => call.WaitAsync(Eventually.Bound), Throws.TypeOf<WorkerDiedException>());
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
    }

    [Test]
    [Ported("A pool that is closed and not waited for, with an argument that cannot be written: the call fails with that, and the pool ends.")]
    public async Task test_shutdown_deadlock_pickle()
    {
        var pool = NewPool(2);
        await pool.WaitUntilReadyAsync();
        var workers = pool.WorkerPids;
        var call = pool.ApplyAsync(static hazard => 1, new Hazard(Harm.Error));
        pool.Close();
        Assert.That(() => call.WaitAsync(Eventually.Bound), Throws.TypeOf<ValueException>());
        Assert.That(Eventually.True(() => !workers.Any(Processes.IsAlive)), Is.True);
    }

    [Test]
    [Adapted("Ten arguments larger than a pipe whose reader crashes before the rest is written: each item fails by itself, where Python's pool breaks.")]
    public async Task test_crash_big_data()
    {
        const int items = 10;
        var pool = NewPool(2);
        var data = new byte[4 << 20];
        var arguments = Enumerable.Repeat((new Hazard(Harm.None, Harm.Crash), data), items).ToArray();
        var call = pool.MapAsync(static argument => argument.data.Length, arguments, new CallOptions { Errors = ErrorPolicy.FinishAll });
        try
        {
            await call.WaitAsync(Eventually.Bound);
            Assert.Fail("They succeeded.");
        }
        catch (ItemsFailedException e)
        {
            Assert.That(e.InnerExceptions, Has.Count.EqualTo(items).And.All.TypeOf<WorkerDiedException>());
        }

        Assert.That(pool.Map(static bytes => bytes.Length, [data, data]), Is.EqualTo(new[] { data.Length, data.Length }));
    }

    [Test]
    [Adapted("There is no pipe to wake a manager; a worker held by SIGSTOP while 100 calls are made stands for it: none of them blocks, and all succeed.")]
    public async Task test_gh105829_should_not_deadlock_if_wakeup_pipe_full()
    {
        var pool = NewPool(1);
        await pool.WaitUntilReadyAsync();
        Processes.Signal(pool.WorkerPids.Single(), Processes.SigStop);
        var calls = Enumerable.Range(0, 100).Select(item => pool.ApplyAsync(static bytes => bytes.Length, new byte[10_000])).ToArray();
        Assert.That(calls.Any(static call => call.IsCompleted), Is.False);
        Processes.Signal(pool.WorkerPids.Single(), Processes.SigContinue);
        Assert.That(await Task.WhenAll(calls).WaitAsync(Eventually.Bound), Is.All.EqualTo(10_000));
    }

    private Task<T> Argument<T>(Harm harm)
        where T : Exception => FailureOf<T>(pool => pool.ApplyAsync(static hazard => 1, new Hazard(Harm.None, harm)));

    private Task<T> Function<T>(Action function)
        where T : Exception => FailureOf<T>(pool => pool.ApplyAsync(function));

    private Task<T> Result<T>(Hazard argument, Harm harm)
        where T : Exception => FailureOf<T>(pool => pool.ApplyAsync(hazard => hazard with { WhenWritten = harm }, argument));

    /// <summary>The call fails so; then the pool still works, and can be closed.</summary>
    private async Task<T> FailureOf<T>(Func<Pool, Task> call)
        where T : Exception
    {
        var pool = NewPool(2);
        var failure = Assert.ThrowsAsync<T>(() => call(pool).WaitAsync(Eventually.Bound))!;
        Assert.That(await pool.MapAsync(Work.Square, [1, 2, 3]).WaitAsync(Eventually.Bound), Is.EqualTo(new[] { 1, 4, 9 }));
        pool.Close();
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        return failure;
    }

    private static void Check(WorkerDiedException failure, ItemPhase phase, int exitCode) =>
        Assert.That((failure.Phase, failure.ExitCode), Is.EqualTo(((ItemPhase?)phase, (int?)exitCode)), failure.Message);
}
