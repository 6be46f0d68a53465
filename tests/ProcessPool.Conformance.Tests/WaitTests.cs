using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

/// <summary>Python's wait, over the tasks that ApplyAsync returns: WhenAny, WhenAll, and a loop over WhenEach.</summary>
[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed class WaitTests(int workers) : SharedPoolFixture(workers)
{
    private int _gates;

    [Test]
    [Adapted("Task.WhenAll takes the same task twice.")]
    public async Task test_20369()
    {
        var call = Pool.ApplyAsync(Work.Square, 2);
        Assert.That(await Task.WhenAll(call, call).WaitAsync(Eventually.Bound), Is.EqualTo(new[] { 4, 4 }));
    }

    [Test]
    [Adapted("FIRST_COMPLETED is Task.WhenAny: the call that is done, while the other is not.")]
    public async Task test_first_completed()
    {
        var gate = NewGate();
        var early = Pool.ApplyAsync(Work.Square, 2);
        var late = gate.Pass(1);
        Assert.That(await Task.WhenAny(late, early).WaitAsync(Eventually.Bound), Is.SameAs(early));
        Assert.That(late.IsCompleted, Is.False);
        gate.Open();
        Assert.That(await late, Is.EqualTo(1));
    }

    [Test]
    [Adapted("Task.WhenAny returns at once where a call is done already.")]
    public async Task test_first_completed_some_already_completed()
    {
        var done = Pool.ApplyAsync(Work.Square, 2);
        await done;
        var gate = NewGate();
        var late = gate.Pass(1);
        var first = Task.WhenAny(late, done);
        Assert.That(first.IsCompletedSuccessfully && first.Result == done, Is.True);
        gate.Open();
        await late;
    }

    [Test]
    [Adapted("FIRST_EXCEPTION is a loop over Task.WhenEach: it is left at the call that failed, with another done and one pending.")]
    public async Task test_first_exception()
    {
        var (first, second, third) = (NewGate(), NewGate(), NewGate());
        Task<int>[] calls = [first.Pass(1), second.FailBehind("no"), third.Pass(3)];
        var failed = FirstFailed(calls);
        first.Open();
        await calls[0].WaitAsync(Eventually.Bound);
        second.Open();
        Assert.That(await failed.WaitAsync(Eventually.Bound), Is.SameAs(calls[1]));
        Assert.That((calls[0].IsCompletedSuccessfully, calls[2].IsCompleted), Is.EqualTo((true, false)));
        third.Open();
        await calls[2];
    }

    [Test]
    [Adapted("As before, with calls among them that were done or cancelled already.")]
    public async Task test_first_exception_some_already_complete()
    {
        var (second, third) = (NewGate(), NewGate());
        Task<int>[] calls = [Task.FromCanceled<int>(new(true)), Pool.ApplyAsync(Work.Square, 2), second.FailBehind("no"), third.Pass(3)];
        await calls[1];
        var failed = FirstFailed(calls);
        second.Open();
        Assert.That(await failed.WaitAsync(Eventually.Bound), Is.SameAs(calls[2]));
        Assert.That(calls[3].IsCompleted, Is.False);
        third.Open();
        await calls[3];
    }

    [Test]
    [Adapted("The loop ends at once where a call has failed already.")]
    public async Task test_first_exception_one_already_failed()
    {
        var failing = Pool.ApplyAsync(static () => Work.Fail("no"));
        await Assert.ThrowsAsync<FormatException>(() => failing);
        var gate = NewGate();
        Task<int>[] calls = [gate.Pass(1), failing];
        Assert.That(await FirstFailed(calls).WaitAsync(Eventually.Bound), Is.SameAs(failing));
        Assert.That(calls[0].IsCompleted, Is.False);
        gate.Open();
        await calls[0];
    }

    [Test]
    [Adapted("ALL_COMPLETED is Task.WhenAll: it waits for all, also when some have failed or were cancelled.")]
    public async Task test_all_completed()
    {
        var gate = NewGate();
        Task<int>[] calls = [Pool.ApplyAsync(static () => Work.Fail("no")), Task.FromCanceled<int>(new(true)), gate.Pass(1)];
        var all = Task.WhenAll(calls);
        await ((Task)calls[0]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.That(all.IsCompleted, Is.False);
        gate.Open();
        Assert.That(() => all.WaitAsync(Eventually.Bound), Throws.TypeOf<FormatException>());
        Assert.That(calls, Is.All.Property(nameof(Task.IsCompleted)).True);
    }

    [Test]
    [Adapted("WaitAsync with a time limit throws TimeoutException; which calls are done and which are not is in the tasks.")]
    public async Task test_timeout()
    {
        var gate = NewGate();
        Task<int>[] calls = [Pool.ApplyAsync(Work.Square, 2), gate.Pass(1)];
        await calls[0];
        Assert.That(() => Task.WhenAll(calls).WaitAsync(TimeSpan.FromMilliseconds(50)), Throws.TypeOf<TimeoutException>());
        Assert.That(calls.Select(static call => call.IsCompleted), Is.EqualTo(new[] { true, false }));
        gate.Open();
        await calls[1];
    }

    private Gate NewGate() => new(Pool, NewFile($"gate-{_gates++}"));

    private static async Task<Task<int>?> FirstFailed(Task<int>[] calls)
    {
        await foreach (var call in Task.WhenEach(calls))
        {
            if (call.IsFaulted) return call;
        }

        return null;
    }
}

[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed class ThreadPoolWaitTests(int workers) : SharedPoolFixture(workers)
{
    [Test]
    [Adapted("With processes instead of threads: of 100 calls that end while they are begun to be waited for none is missed.")]
    public async Task test_pending_calls_race()
    {
        var gate = new Gate(Pool, NewFile("gate"));
        var calls = Enumerable.Range(0, 100).Select(gate.Pass).ToArray();
        gate.Open();
        Assert.That(await Task.WhenAll(calls).WaitAsync(Eventually.Bound), Is.EqualTo(Enumerable.Range(0, 100)));
    }
}
