using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

/// <summary>
/// Whatever goes wrong with a task and its values, the call fails in time, the pool goes on, and it can be closed.
/// </summary>
[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(2)]
internal sealed class ExecutorDeadlockTest(int workers) : PoolFixture
{
    [Test]
    [Adapted("What was thrown while the argument was written is within a ValueException.")]
    public async Task test_error_at_task_pickle() => CheckInner(await FailuresOf<ValueException, Hazard, int>(static hazard => 1, new Hazard(Harm.Error)));

    [Test]
    [Ported("Environment.Exit while a worker reads its argument fails that call with the worker's death; ours says what it did.")]
    public async Task test_exit_at_task_unpickle() => Check(await Argument<WorkerDiedException>(Harm.Exit), ItemPhase.ReadingArgument, Hazard.ExitCode);

    [Test]
    [Adapted("Our rule: an argument that throws when it is read fails its item with a ValueException, and no worker dies.")]
    public async Task test_error_at_task_unpickle() => CheckInner(await Argument<ValueException>(Harm.Error));

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
        Check(await Result<WorkerDiedException>(new Hazard(Harm.Crash)), ItemPhase.WritingResult, 128 + Processes.SigSegv);

    [Test]
    [Adapted("Our rule: Environment.Exit while the result is written really ends the worker, and is reported as its death.")]
    public async Task test_exit_during_result_pickle_on_worker() =>
        Check(await Result<WorkerDiedException>(new Hazard(Harm.Exit)), ItemPhase.WritingResult, Hazard.ExitCode);

    [Test]
    [Adapted("What was thrown while the result was written is within a ValueException.")]
    public async Task test_error_during_result_pickle_on_worker() => CheckInner(await Result<ValueException>(new Hazard(Harm.Error)));

    [Test]
    [Adapted("Our rule: a result that cannot be read back fails its item with a ValueException, and not the pool.")]
    public async Task test_error_during_result_unpickle_in_result_handler() => CheckInner(await Result<ValueException>(new Hazard(Harm.None, Harm.Error)));

    [Test]
    [Adapted("Environment.Exit is no exception that could be caught: where a result calls it when it is read, the program ends with its code, does not hang, and leaves no worker.")]
    public async Task test_exit_during_result_unpickle_in_result_handler() =>
        Assert.That(await ProgramRun.Of("exit-while-reading"), Is.EqualTo(new ChildResult(Hazard.ExitCode, "", "")));

    [Test]
    [Ported("A worker that crashes after the pool was closed fails its call, and Join returns.")]
    public async Task test_shutdown_deadlock([Values] Way way)
    {
        var pool = NewPool(workers);
        var go = NewFile("go");
        var call = pool.Call(
            way,
            harm =>
            {
                Hazard.Do(Work.AfterFile(go, harm));
                return 1;
            },
            [Harm.Crash]);
        pool.Close();
        Work.Touch(go);
        Assert.That((await call.WaitAsync(Eventually.Bound)).Failures.Single(), Is.TypeOf<WorkerDiedException>());
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
    }

    [Test]
    [Ported("A pool that is closed and not waited for, with an argument that cannot be written: the call fails with that, and the pool ends.")]
    public async Task test_shutdown_deadlock_pickle([Values] Way way)
    {
        var pool = NewPool(workers);
        await pool.WaitUntilReadyAsync();
        var processes = pool.WorkerPids;
        var call = pool.Call(way, static hazard => 1, [new Hazard(Harm.Error)]);
        pool.Close();
        Assert.That((await call.WaitAsync(Eventually.Bound)).Failures.Single(), Is.TypeOf<ValueException>());
        Assert.That(Eventually.True(() => !processes.Any(Processes.IsAlive)), Is.True);
    }

    [Test]
    [Adapted("Ten arguments larger than a pipe whose reader crashes before the rest is written: each item fails by itself, where Python's pool breaks.")]
    public async Task test_crash_big_data()
    {
        const int items = 10;
        var pool = NewPool(workers);
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

    private Task<List<T>> Argument<T>(Harm harm)
        where T : Exception => FailuresOf<T, Hazard, int>(static hazard => 1, new Hazard(Harm.None, harm));

    private Task<List<T>> Function<T>(Action function)
        where T : Exception => FailuresOf<T, int, int>(
            _ =>
            {
                function();
                return 1;
            },
            0);

    private Task<List<T>> Result<T>(Hazard result)
        where T : Exception => FailuresOf<T, (Harm Written, Harm Read), Hazard>(static harm => new Hazard(harm.Written, harm.Read), (result.WhenWritten, result.WhenRead));

    /// <summary>The call fails so, whichever it is; each time the pool still works, and in the end it can be closed.</summary>
    private async Task<List<TException>> FailuresOf<TException, T, TResult>(Func<T, TResult> function, T argument)
        where TException : Exception
    {
        List<TException> all = [];
        var pool = NewPool(workers);
        foreach (var way in Enum.GetValues<Way>())
        {
            var (_, failures) = await pool.Call(way, function, [argument]).WaitAsync(Eventually.Bound);
            Assert.That(failures, Has.Count.EqualTo(1).And.All.TypeOf<TException>(), $"{way}");
            all.Add((TException)failures[0]);
            Assert.That(await pool.MapAsync(Work.Square, [1, 2, 3]).WaitAsync(Eventually.Bound), Is.EqualTo(new[] { 1, 4, 9 }), $"{way}");
        }

        pool.Close();
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        return all;
    }

    private static void Check(List<WorkerDiedException> failures, ItemPhase phase, int exitCode)
    {
        foreach (var failure in failures) Assert.That((failure.Phase, failure.ExitCode), Is.EqualTo(((ItemPhase?)phase, (int?)exitCode)), failure.Message);
    }

    private static void CheckInner(List<ValueException> failures) =>
        Assert.That(failures.Select(static failure => failure.InnerException), Is.All.TypeOf<InvalidDataException>());
}
