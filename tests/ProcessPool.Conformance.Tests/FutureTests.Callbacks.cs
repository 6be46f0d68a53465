using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// add_done_callback is ContinueWith.
internal sealed partial class FutureTests
{
    [Test]
    [Adapted("A continuation gets the task with its result.")]
    public async Task test_done_callback_with_result()
    {
        var gate = NewGate();
        var seen = Continue(gate.Pass(5));
        gate.Open();
        Assert.That((await seen).Result, Is.EqualTo(5));
    }

    [Test]
    [Adapted("A continuation gets the task with its exception.")]
    public async Task test_done_callback_with_exception()
    {
        var gate = NewGate();
        var seen = Continue(gate.FailBehind("test"));
        gate.Open();
        Assert.That((await seen).Exception!.InnerException, Is.TypeOf<FormatException>().With.Message.EqualTo("test"));
    }

    [Test]
    [Adapted("A continuation gets the task, cancelled.")]
    public async Task test_done_callback_with_cancel() => Assert.That((await Continue(StartCancelled())).IsCanceled, Is.True);

    [Test]
    [Adapted("What a continuation throws is in that continuation's task, not in a log; the others run, and the pool goes on, even if they run on its thread.")]
    public async Task test_done_callback_raises()
    {
        var gate = NewGate();
        var call = gate.Pass(5);
        var throwing = call.ContinueWith(static _ => throw new InvalidDataException("doing bad things"), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var other = Continue(call);
        gate.Open();
        Assert.That((await other).Result, Is.EqualTo(5));
        await Assert.ThrowsAsync<InvalidDataException>(() => throwing);
        Assert.That(Pool.Map(Work.Square, [1, 2, 3]), Is.EqualTo(new[] { 1, 4, 9 }));
    }

    [Test]
    [Adapted("A continuation of a call that has succeeded runs.")]
    public async Task test_done_callback_already_successful()
    {
        var call = Pool.ApplyAsync(static () => 5);
        await call;
        Assert.That((await Continue(call)).Result, Is.EqualTo(5));
    }

    [Test]
    [Adapted("A continuation of a call that has failed runs.")]
    public async Task test_done_callback_already_failed()
    {
        var call = StartFailing();
        WaitForEnd(call);
        Assert.That((await Continue(call)).Exception!.InnerException, Is.TypeOf<FormatException>());
    }

    [Test]
    [Adapted("A continuation of a call that was cancelled runs.")]
    public async Task test_done_callback_already_cancelled()
    {
        var call = StartCancelled();
        WaitForEnd(call);
        Assert.That((await Continue(call)).IsCanceled, Is.True);
    }

    [Test]
    [Adapted("What a continuation throws of a call that is done does not reach whoever adds it, but is in its task.")]
    public async Task test_done_callback_raises_already_succeeded()
    {
        var call = Pool.ApplyAsync(static () => 5);
        await call;
        var throwing = call.ContinueWith(static _ => throw new InvalidDataException("doing bad things"), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await Assert.ThrowsAsync<InvalidDataException>(() => throwing);
        Assert.That(await call, Is.EqualTo(5));
    }

    private static Task<Task<int>> Continue(Task<int> call) =>
        call.ContinueWith(static done => done, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).WaitAsync(Eventually.Bound);
}
