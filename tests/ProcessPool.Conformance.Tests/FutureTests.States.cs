using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// What a task says of its call.
internal sealed partial class FutureTests
{
    [Test]
    [Adapted("A token cancels, running calls too, which Python's cancel does not; one that waits never runs. A call that is done stays as it is, and to cancel again changes nothing.")]
    public async Task test_cancel()
    {
        var (started, go, ran) = (NewFile("started"), NewFile("go"), NewFile("ran"));
        using var early = new CancellationTokenSource();
        var before = Enumerable.Range(0, Workers).Select(item => Pool.ApplyAsync(() =>
        {
            Work.Touch($"{started}-{item}");
            return Work.AfterFile(go, item);
        })).ToArray();
        for (var item = 0; item < Workers; item++) Work.WaitFor($"{started}-{item}");
        var waiting = Pool.ApplyAsync(() => Work.Touch(ran), cancellationToken: early.Token);
        await early.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => waiting.WaitAsync(Eventually.Bound));
        Work.Touch(go);
        await Task.WhenAll(before);
        Pool.Map(Work.Square, Enumerable.Range(0, 10));
        Assert.That(File.Exists(ran), Is.False);

        var (running, cancellation) = StartCancellable();
        using (cancellation)
        {
            await cancellation.CancelAsync();
            await cancellation.CancelAsync();
            var failure = (await Assert.CatchAsync<OperationCanceledException>(() => running.WaitAsync(Eventually.Bound)))!;
            Assert.That(failure.CancellationToken, Is.EqualTo(cancellation.Token));
        }

        using var late = new CancellationTokenSource();
        var done = Pool.ApplyAsync(static () => 5, cancellationToken: late.Token);
        await done;
        await late.CancelAsync();
        Assert.That((done.IsCanceled, done.Result), Is.EqualTo((false, 5)));
    }

    [Test]
    [Adapted("IsCanceled is true of a call that was cancelled, and of no other.")]
    public async Task test_cancelled()
    {
        var gate = NewGate();
        var running = gate.Pass(5);
        Assert.That(running.IsCanceled, Is.False);
        gate.Open();
        await running;
        var failed = StartFailing();
        var cancelled = StartCancelled();
        WaitForEnd(failed);
        WaitForEnd(cancelled);
        Assert.That((running.IsCanceled, failed.IsCanceled, cancelled.IsCanceled), Is.EqualTo((false, false, true)));
    }

    [Test]
    [Adapted("IsCompleted is false while a call runs, and true once it has succeeded, failed or was cancelled.")]
    public void test_done()
    {
        var gate = NewGate();
        var call = gate.Pass(5);
        Assert.That(call.IsCompleted, Is.False);
        gate.Open();
        foreach (var each in new[] { call, StartFailing(), StartCancelled() }) WaitForEnd(each);
    }

    [Test]
    [Adapted("A task does not tell whether its item waits or runs; the item can, in memory that it shares. Behind another that has the only worker it does not run, nor once its call has succeeded, failed or was cancelled.")]
    public async Task test_running()
    {
        using var running = SharedArray.Create<int>(4);
        using var cancellation = new CancellationTokenSource();
        var pool = NewPool(1);
        var go = NewFile("gate");
        var calls = new[]
        {
            pool.ApplyAsync(() => Work.Marked(running, 0, () => Work.AfterFile(go, 5))),
            pool.ApplyAsync(() => Work.Marked(running, 1, static () => 5)),
            pool.ApplyAsync(() => Work.Marked(running, 2, static () => Work.Fail("no"))),
            pool.ApplyAsync(() => Work.Marked(running, 3, static () => WorkerContext.CancellationToken.WaitHandle.WaitOne() ? 1 : 0), cancellationToken: cancellation.Token),
        };
        Assert.That(Eventually.True(() => running[0] == 1), Is.True);
        Assert.That(running.ToArray(), Is.EqualTo(new[] { 1, 0, 0, 0 }));
        Assert.That(calls.Select(static call => call.Status), Is.All.EqualTo(TaskStatus.WaitingForActivation));
        Work.Touch(go);
        Assert.That(Eventually.True(() => running[3] == 1), Is.True);
        Assert.That(running.ToArray(), Is.EqualTo(new[] { 0, 0, 0, 1 }));
        await cancellation.CancelAsync();
        foreach (var call in calls) WaitForEnd(call);
        Assert.That(running.ToArray(), Is.EqualTo(new[] { 0, 0, 0, 0 }));
        Assert.That(calls.Select(static call => call.Status), Is.EqualTo(new[] { TaskStatus.RanToCompletion, TaskStatus.RanToCompletion, TaskStatus.Faulted, TaskStatus.Canceled }));
    }

    [Test]
    [Adapted("result(timeout) is WaitAsync: TimeoutException while the call runs; then its result, its exception or OperationCanceledException.")]
    public async Task test_result_with_timeout()
    {
        var gate = NewGate();
        var call = gate.Pass(42);
        Assert.That(() => call.WaitAsync(TimeSpan.Zero), Throws.TypeOf<TimeoutException>());
        gate.Open();
        Assert.That(await call.WaitAsync(Eventually.Bound), Is.EqualTo(42));
        var (failed, cancelled) = (StartFailing(), StartCancelled());
        WaitForEnd(failed);
        WaitForEnd(cancelled);
        Assert.That(await call.WaitAsync(TimeSpan.Zero), Is.EqualTo(42));
        Assert.That(() => failed.WaitAsync(TimeSpan.Zero), Throws.TypeOf<FormatException>());
        Assert.That(() => cancelled.WaitAsync(TimeSpan.Zero), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    [Adapted("Exception is null while the call runs, when it has succeeded and when it was cancelled; else it holds what was thrown.")]
    public async Task test_exception_with_timeout()
    {
        var gate = NewGate();
        var call = gate.Pass(42);
        Assert.That(call.Exception, Is.Null);
        gate.Open();
        await call;
        var (failed, cancelled) = (StartFailing(), StartCancelled());
        WaitForEnd(failed);
        WaitForEnd(cancelled);
        Assert.That(call.Exception, Is.Null);
        Assert.That(cancelled.Exception, Is.Null);
        Assert.That(failed.Exception!.InnerExceptions.Single(), Is.TypeOf<FormatException>());
    }

    [Test]
    [Adapted("A task's state is read property by property: four threads that read while the call ends never see one that is done and has no result.")]
    public async Task test_get_snapshot()
    {
        var gate = NewGate();
        var call = gate.Pass(100);
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (!call.IsCompleted) Thread.Yield();
                return (call.Status, call.Exception, call.Result);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        gate.Open();
        var seen = await Task.WhenAll(readers).WaitAsync(Eventually.Bound);
        Assert.That(seen, Is.All.EqualTo((TaskStatus.RanToCompletion, (AggregateException?)null, 100)));
    }
}
