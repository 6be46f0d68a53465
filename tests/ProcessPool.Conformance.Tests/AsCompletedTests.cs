using System.Runtime.CompilerServices;
using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

/// <summary>Python's as_completed, over the tasks that ApplyAsync returns: WhenEach.</summary>
[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed class AsCompletedTests(int workers) : SharedPoolFixture(workers)
{
    [Test]
    [Adapted("as_completed is Task.WhenEach: all calls come, each once, also those that were done before, failed or were cancelled.")]
    public async Task test_no_timeout()
    {
        Task<int>[] calls =
        [
            Pool.ApplyAsync(Work.Square, 2), Pool.ApplyAsync(static () => Work.Fail("no")), Pool.ApplyAsync(Work.Square, 3),
            Task.FromCanceled<int>(new(true)), Task.FromResult(1),
        ];
        Assert.That(await Each(calls).WaitAsync(Eventually.Bound), Is.EquivalentTo(calls));
    }

    [Test]
    [Adapted("Its time limit is a token: the calls that are done come before the cancellation, the pending one does not.")]
    public async Task test_future_times_out([Values(0, 0.1)] double seconds)
    {
        var gate = new Gate(Pool, NewFile("gate"));
        var done = Pool.ApplyAsync(Work.Square, 2);
        await done;
        var late = gate.Pass(1);
        using var limit = new CancellationTokenSource();
        List<Task<int>> seen = [];
        await Assert.CatchAsync<OperationCanceledException>(async () =>
        {
            await foreach (var call in Task.WhenEach(late, done).WithCancellation(limit.Token))
            {
                seen.Add(call);
                limit.CancelAfter(TimeSpan.FromSeconds(seconds));
            }
        });
        Assert.That(seen, Is.EqualTo(new[] { done }));
        gate.Open();
        Assert.That(await late, Is.EqualTo(1));
    }

    [Test]
    [Adapted("Task.WhenEach takes any sequence, and gives a call as often as it is in there; with Distinct it comes once.")]
    public async Task test_duplicate_futures()
    {
        var call = Pool.ApplyAsync(Work.Square, 2);
        Assert.That(await Each([call, call]).WaitAsync(Eventually.Bound), Is.EqualTo(new[] { call, call }));
        Assert.That(await Each(Enumerable.Repeat(call, 3).Distinct()).WaitAsync(Eventually.Bound), Is.EqualTo(new[] { call }));
    }

    [Test]
    [Adapted("Task.WhenEach has no time limit. A stream of results has, CallOptions.Timeout: its message counts what is finished instead of what is not, and of how many, once the input has told.")]
    public async Task test_correct_timeout_exception_msg()
    {
        var stream = Pool.ImapUnordered(
            static item =>
            {
                if (item >= 2) WorkerContext.CancellationToken.WaitHandle.WaitOne();
                return item;
            },
            Enumerable.Range(0, 4),
            new CallOptions { Timeout = TimeSpan.FromSeconds(3) });
        var (results, failure) = await stream.UpToFailure();
        Assert.That(results, Is.EquivalentTo(new[] { 0, 1 }));
        Assert.That(failure, Is.TypeOf<TimeoutException>());
        Assert.That(failure!.Message, Does.StartWith("The call took longer than 3 s (CallOptions.Timeout); 2 of its 4 items had ended by then."));
    }

    [Test]
    [Adapted("What the framework's enumeration keeps is its own affair: the pool keeps neither the task nor the result of a call that is done.")]
    public void test_free_reference_yielded_future() => Assert.That(Garbage.IsFreed(CallAndForget(Pool)), Is.True);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] CallAndForget(Pool pool)
    {
        var call = pool.ApplyAsync(static () => new Box { Number = 3 });
        Assert.That(call.GetAwaiter().GetResult().Number, Is.EqualTo(3));
        return [new WeakReference(call), new WeakReference(call.Result)];
    }

    private static async Task<List<Task<int>>> Each(IEnumerable<Task<int>> calls)
    {
        List<Task<int>> seen = [];
        await foreach (var call in Task.WhenEach(calls)) seen.Add(call);
        return seen;
    }
}
