using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

/// <summary>A Future is the task that ApplyAsync returns; a callback is a continuation.</summary>
[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed partial class FutureTests(int workers) : SharedPoolFixture(workers)
{
    private Gate NewGate() => new(Pool, NewFile("gate"));

    /// <summary>A call that runs, and can be cancelled.</summary>
    private (Task<int> Call, CancellationTokenSource Cancellation) StartCancellable()
    {
        var cancellation = new CancellationTokenSource();
        var running = NewFile("running");
        var call = Pool.ApplyAsync(
            () =>
            {
                Work.Touch(running);
                WorkerContext.CancellationToken.WaitHandle.WaitOne();
                return 1;
            },
            cancellationToken: cancellation.Token);
        Work.WaitFor(running);
        return (call, cancellation);
    }

    private Task<int> StartFailing() => Pool.ApplyAsync(static () => Work.Fail("no"));

    /// <summary>A call that was cancelled while it ran.</summary>
    private Task<int> StartCancelled()
    {
        var (call, cancellation) = StartCancellable();
        using (cancellation) cancellation.Cancel();
        return call;
    }

    private static void WaitForEnd(Task call) => Assert.That(Eventually.True(() => call.IsCompleted), Is.True, "it ends");
}
