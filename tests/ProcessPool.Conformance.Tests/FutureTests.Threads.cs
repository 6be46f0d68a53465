using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;

namespace ProcessPool.Conformance.Tests;

// Threads that wait for a call.
internal sealed partial class FutureTests
{
    [Test]
    [Adapted("A thread that waits for a call before it is done gets its result.")]
    public async Task test_result_with_success()
    {
        var gate = NewGate();
        var (thread, result) = WaitOnThread(gate.Pass(42));
        Assert.That(Eventually.True(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin)), Is.True);
        gate.Open();
        Assert.That(await result.WaitAsync(Eventually.Bound), Is.EqualTo(42));
    }

    [Test]
    [Adapted("A thread that waits for a call which is cancelled meanwhile gets OperationCanceledException.")]
    public async Task test_result_with_cancel()
    {
        var (call, cancellation) = StartCancellable();
        using var _ = cancellation;
        var (thread, result) = WaitOnThread(call);
        Assert.That(Eventually.True(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin)), Is.True);
        await cancellation.CancelAsync();
        Assert.That(() => result.WaitAsync(Eventually.Bound), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    [Adapted("A thread that waits for a call before it has failed gets its exception.")]
    public void test_exception_with_success()
    {
        var gate = NewGate();
        var (thread, result) = WaitOnThread(gate.FailBehind("no"));
        Assert.That(Eventually.True(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin)), Is.True);
        gate.Open();
        Assert.That(() => result.WaitAsync(Eventually.Bound), Throws.TypeOf<FormatException>());
    }

    /// <summary>A thread that waits for a call, and what it gets.</summary>
    private static (Thread Thread, Task<int> Result) WaitOnThread(Task<int> call)
    {
        var result = new TaskCompletionSource<int>();
        var thread = new Thread(() =>
        {
            try
            {
                result.SetResult(call.GetAwaiter().GetResult());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        thread.Start();
        return (thread, result.Task);
    }
}
