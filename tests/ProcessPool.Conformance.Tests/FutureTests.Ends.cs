using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// A call ends once.
internal sealed partial class FutureTests
{
    [Test]
    [Adapted("Nobody sets the result of a call. What would end it, its token, the death of the worker, the end of the pool, comes too late once it is done: the result stays. To set that of one's own TaskCompletionSource twice is an InvalidOperationException.")]
    public async Task test_multiple_set_result()
    {
        var call = await EndAgain(static () => 1);
        Assert.That((call.Status, call.Result), Is.EqualTo((TaskStatus.RanToCompletion, 1)));

        var own = new TaskCompletionSource<int>();
        own.SetResult(call.Result);
        Assert.That(() => own.SetResult(2), Throws.InvalidOperationException);
        Assert.That(await own.Task, Is.EqualTo(1));
    }

    [Test]
    [Adapted("What would end a call that has failed comes too late as well: its exception stays the same object. To set that of one's own TaskCompletionSource twice is an InvalidOperationException.")]
    public async Task test_multiple_set_exception()
    {
        Exception? first = null;
        var call = await EndAgain(static () => Work.Fail("no"), ended => first = ended.Exception!.InnerException);
        Assert.That(call.Exception!.InnerExceptions, Is.EqualTo(new[] { first }));
        Assert.That(first, Is.TypeOf<FormatException>().With.Message.EqualTo("no"));

        var own = new TaskCompletionSource<int>();
        own.SetException(first!);
        Assert.That(() => own.SetException(new InvalidDataException()), Throws.InvalidOperationException);
        Assert.That(await Assert.ThrowsAsync<FormatException>(() => own.Task), Is.SameAs(first));
    }

    /// <summary>A call that has ended, and then all that would have ended it otherwise.</summary>
    private async Task<Task<int>> EndAgain(Func<int> function, Action<Task<int>>? onEnded = null)
    {
        var pool = NewPool(Workers);
        using var cancellation = new CancellationTokenSource();
        var call = pool.ApplyAsync(function, cancellationToken: cancellation.Token);
        WaitForEnd(call);
        onEnded?.Invoke(call);
        await cancellation.CancelAsync();
        foreach (var worker in pool.WorkerPids) Processes.Signal(worker, Processes.SigKill);
        pool.Terminate();
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        return call;
    }
}
