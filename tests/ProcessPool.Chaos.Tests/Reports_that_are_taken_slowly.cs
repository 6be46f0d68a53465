using System.Collections.Concurrent;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>Tasks report to an <see cref="IProgress{T}"/> whose caller is slow, or hangs.</summary>
[TimeLimit(90)]
[Parallelizable(ParallelScope.Self)]
internal sealed class Reports_that_are_taken_slowly
{
    /// <summary>How many small reports can wait. The task blocks at the next one.</summary>
    private const int Window = 256;

    // New for each test, because a handler that hung in one test may go on during the next.
    private TaskCompletionSource _gate = null!;
    private ConcurrentQueue<int> _taken = null!;
    private IProgress<int> _progress = null!;

    [SetUp]
    public void Hang()
    {
        _gate = new TaskCompletionSource();
        _taken = [];
        _progress = new Gated(_gate.Task, _taken);
    }

    [TearDown]
    public void LetGo() => _gate.TrySetResult();

    [Test]
    public async Task Make_their_task_wait_and_nobody_else([Values] bool withPage)
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, UseStatusPage = withPage });
        using var counter = SharedValue.Create<int>();
        var (progress, count) = (_progress, counter);
        var call = pool.ApplyAsync(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                progress.Report(i);
                count.Increment();
            }
        });
        Assert.That(Eventually.True(() => counter.Value >= Window), Is.True);
        Assert.That(pool.Map(static x => x, Enumerable.Range(0, 5000)), Is.EqualTo(Enumerable.Range(0, 5000)), "the other worker goes on");
        Assert.That(counter.Value, Is.EqualTo(Window));
        Assert.That(call.IsCompleted, Is.False);
        _gate.TrySetResult();
        await call;
        Assert.That(_taken, Is.EqualTo(Enumerable.Range(0, 5000)));
    }

    [Test]
    public async Task Hold_back_the_result_of_their_item_and_no_other([Values] bool withProcesses)
    {
        await using var pool = new Pool(withProcesses ? 1 : 0);
        var progress = _progress;
        var call = pool.ApplyAsync(() => { progress.Report(1); return 2; });
        var stream = pool.Imap(x => { if (x == 1) progress.Report(3); return x; }, Enumerable.Range(0, 3)).GetAsyncEnumerator();
        Assert.That(await stream.MoveNextAsync(), Is.True, "the first item has reported nothing, so its result is not held back");
        var next = stream.MoveNextAsync();
        Assert.That(await pool.MapAsync(static x => x, Enumerable.Range(0, 100)), Is.EqualTo(Enumerable.Range(0, 100)), "the worker is free");
        Assert.That((call.IsCompleted, next.IsCompleted), Is.EqualTo((false, false)));
        _gate.TrySetResult();
        Assert.That(await call, Is.EqualTo(2));
        Assert.That(await next, Is.True);
        Assert.That(_taken, Is.EquivalentTo(new[] { 1, 3 }));
        Assert.That((stream.Current, await stream.MoveNextAsync(), stream.Current, await stream.MoveNextAsync()), Is.EqualTo((1, true, 2, false)));
        await stream.DisposeAsync();
    }

    [Test]
    public async Task Do_not_hold_up_a_cancelled_call()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 1, KillDelay = TimeSpan.FromSeconds(80) });
        using var cancellation = new CancellationTokenSource();
        using var counter = SharedValue.Create<int>();
        var (progress, count) = (_progress, counter);
        var pid = pool.Apply(static () => Environment.ProcessId);
        var call = pool.ApplyAsync(
            () =>
            {
                for (; !WorkerContext.CancellationToken.IsCancellationRequested; count.Increment()) progress.Report(1);
            },
            cancellationToken: cancellation.Token);
        Assert.That(Eventually.True(() => counter.Value >= Window), Is.True);
        await cancellation.CancelAsync();
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(pool.Apply(static () => Environment.ProcessId), Is.EqualTo(pid), "the task saw its token, so its worker was not killed");
        Assert.That(_taken, Is.Empty);
    }

    [Test]
    public async Task Do_not_hold_up_a_call_whose_items_are_all_done()
    {
        await using var pool = new Pool(1);
        using var cancellation = new CancellationTokenSource();
        var progress = _progress;
        var call = pool.ApplyAsync(() => { progress.Report(1); return 2; }, cancellationToken: cancellation.Token);
        Assert.That(Eventually.True(() => pool.Statistics.Items == 1), Is.True);
        Assert.That(call.IsCompleted, Is.False);
        await cancellation.CancelAsync();
        Assert.That(await call, Is.EqualTo(2));
    }

    [Test]
    public async Task Do_not_hold_up_a_call_beyond_its_time([Values] bool fails)
    {
        await using var pool = new Pool(1);
        await pool.WaitUntilReadyAsync();
        var progress = _progress;
        var call = pool.ApplyAsync(
            () =>
            {
                progress.Report(1);
                return fails ? throw new FormatException() : 2;
            },
            new CallOptions { Timeout = TimeSpan.FromSeconds(5) });
        Assert.That(Eventually.True(() => pool.Statistics.Items == 1), Is.True);
        Assert.That(call.IsCompleted, Is.False);
        Assert.That(Eventually.True(() => call.IsCompleted), Is.True);

        // The item ended in time, so the timeout of the call does not count.
        if (fails) await Assert.ThrowsAsync<FormatException>(() => call);
        else Assert.That(await call, Is.EqualTo(2));
    }

    [Test]
    public async Task Do_not_hold_up_the_end_of_a_pool([Values] bool withProcesses)
    {
        var pool = new Pool(withProcesses ? 1 : 0);
        var progress = _progress;
        var calls = Enumerable.Range(0, 3).Select(_ => pool.ApplyAsync(() =>
        {
            for (var i = 0; i < 1000; i++) progress.Report(i);
        })).ToArray();
        Assert.That(Eventually.True(() => pool.Statistics.BytesReceived > 2000), Is.True);
        pool.Terminate();
        await pool.JoinAsync();
        foreach (var call in calls) Assert.That(async () => await call, Throws.TypeOf<PoolTerminatedException>());
    }

    [Test]
    public async Task Are_waited_for_when_a_pool_is_disposed_of()
    {
        var pool = new Pool(1);
        var progress = _progress;
        var call = pool.ApplyAsync(() => progress.Report(1));
        Assert.That(Eventually.True(() => pool.Statistics.Items == 1), Is.True);
        var end = pool.DisposeAsync().AsTask();
        _gate.TrySetResult();
        await end;
        Assert.That((call.IsCompletedSuccessfully, _taken.Count), Is.EqualTo((true, 1)));
    }

    [Test]
    public async Task Do_not_keep_an_item_that_is_late()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 1, KillDelay = TimeSpan.Zero });
        var progress = _progress;
        var pid = pool.Apply(static () => Environment.ProcessId);
        var call = pool.ApplyAsync(
            () =>
            {
                for (var i = 0; i < 5000; i++) progress.Report(i);
            },
            new CallOptions { ItemTimeout = TimeSpan.FromSeconds(3) });
        Assert.That(pool.Apply(static () => Environment.ProcessId), Is.Not.EqualTo(pid), "the worker was replaced");
        Assert.That(call.IsCompleted, Is.False);
        _gate.TrySetResult();
        Assert.That(async () => await call, Throws.TypeOf<ItemTimeoutException>());
        Assert.That(_taken, Is.Not.Empty.And.EqualTo(Enumerable.Range(0, _taken.Count)));
    }

    [Test]
    public async Task May_use_the_pool_themselves()
    {
        await using var pool = new Pool(2);
        var sum = 0;
        IProgress<int> progress = new Calling(x => sum += pool.Apply(static x => 2 * x, x));
        Assert.That(await pool.MapAsync(x => { progress.Report(x); return x; }, Enumerable.Range(0, 100)), Has.Length.EqualTo(100));
        Assert.That(sum, Is.EqualTo(9900));
    }

    private sealed class Gated(Task gate, ConcurrentQueue<int> taken) : IProgress<int>
    {
        public void Report(int value)
        {
            if (!gate.Wait(TimeSpan.FromSeconds(80))) throw new TimeoutException();
            taken.Enqueue(value);
        }
    }

    private sealed class Calling(Action<int> call) : IProgress<int>
    {
        public void Report(int value) => call(value);
    }
}
