namespace ProcessPool.Tests.Semantics;

/// <summary><see cref="CallOptions"/> affect their own call, and no other.</summary>
internal sealed class Calls_with_options : PoolTests
{
    private static IEnumerable<TestCaseData> Wrong() =>
    [
        new TestCaseData(new CallOptions { Timeout = TimeSpan.Zero }, "Timeout"),
        new TestCaseData(new CallOptions { ItemTimeout = TimeSpan.FromSeconds(-2) }, "ItemTimeout"),
        new TestCaseData(new CallOptions { MaxAttempts = 0 }, "MaxAttempts"),
        new TestCaseData(new CallOptions { BufferSize = 0 }, "BufferSize"),
        new TestCaseData(new CallOptions { Errors = (ErrorPolicy)2 }, "Errors"),
    ];

    [TestCaseSource(nameof(Wrong))]
    public void Are_refused_by_name_if_out_of_range(CallOptions options, string name)
    {
        Assert.That(() => Pool.MapAsync(x => x, [1], options), Refused(name));
        Assert.That(() => Pool.Imap(x => x, [1], options), Refused(name));
        Assert.That(() => Pool.Apply(() => 1, options), Refused(name));
    }

    [Test]
    public async Task Are_not_made_with_a_token_that_is_cancelled_already()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var token = cancelled.Token;
        await Assert.ThrowsAsync<TaskCanceledException>(() => Pool.MapAsync(x => x, [1], cancellationToken: token));
        await Assert.ThrowsAsync<TaskCanceledException>(() => Pool.MapAsync(x => x, [1], new CallOptions(), token));
        await Assert.ThrowsAsync<TaskCanceledException>(() => Pool.ApplyAsync(() => 1, cancellationToken: token));
        Assert.Throws<TaskCanceledException>(() => Pool.Apply(x => x, 1, cancellationToken: token));
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await ToListAsync(Pool.Imap(x => x, [1], cancellationToken: token)));
    }

    [Test]
    public async Task Either_token_stops_a_stream()
    {
        foreach (var first in new[] { true, false })
        {
            using var one = new CancellationTokenSource();
            using var other = new CancellationTokenSource();
            var stream = Pool.Imap(static x => WorkerContext.CancellationToken.WaitHandle.WaitOne() ? x : x, [1], cancellationToken: one.Token);
            var call = ReadAsync(stream, other.Token);
            var stopped = first ? one : other;
            stopped.Cancel();
            var error = (await Assert.CatchAsync<OperationCanceledException>(() => call))!;
            Assert.That(error.CancellationToken, Is.EqualTo(stopped.Token));
        }

        Assert.That(await Pool.ApplyAsync(() => 1), Is.EqualTo(1));

        static async Task ReadAsync(IAsyncEnumerable<int> stream, CancellationToken token)
        {
            await foreach (var unused in stream.WithCancellation(token)) Assert.Fail($"It gave {unused}.");
        }
    }

    [Test]
    public async Task A_call_that_takes_too_long_is_stopped()
    {
        var options = new CallOptions { Timeout = TimeSpan.FromSeconds(0.2) };
        foreach (var (count, call) in new (string Count, Func<Task> Call)[]
        {
            ("100 ", () => Pool.MapAsync(static x => WorkerContext.CancellationToken.WaitHandle.WaitOne() ? x : x, Enumerable.Range(0, 100), options)),
            ("1 ", () => Pool.ApplyAsync(static () => WorkerContext.CancellationToken.WaitHandle.WaitOne(), options)),
            ("", () => ToListAsync(Pool.Imap(static x => WorkerContext.CancellationToken.WaitHandle.WaitOne() ? x : x, Endless(), options))),
        })
        {
            var error = (await Assert.ThrowsAsync<TimeoutException>(() => call()))!;
            Assert.That(error.Message, Does.StartWith($"The call took longer than 0.2 s (CallOptions.Timeout); 0 of its {count}items had ended by then."));
        }

        Assert.That(Pool.Map(x => x, [1, 2]), Is.EqualTo(new[] { 1, 2 }), "the pool goes on");

        static IEnumerable<int> Endless()
        {
            for (var i = 0; ; i++) yield return i;
        }
    }

    [Test]
    public async Task A_call_in_time_is_not()
    {
        var options = new CallOptions { Timeout = TimeSpan.FromMinutes(2), ItemTimeout = TimeSpan.FromMinutes(1) };
        for (var i = 0; i < 1000; i++) Assert.That(await Pool.ApplyAsync(static x => x + 1, i, options), Is.EqualTo(i + 1));
    }

    [Test]
    public async Task An_items_limit_counts_for_its_call_alone()
    {
        using var pool = new Pool(new PoolOptions { Workers = 2, ItemTimeout = TimeSpan.FromSeconds(0.3) });
        var unlimited = pool.ApplyAsync(static () => Sleep(1), new CallOptions { ItemTimeout = Timeout.InfiniteTimeSpan });
        var limited = pool.ApplyAsync(static () => Sleep(60), new CallOptions { ItemTimeout = TimeSpan.FromSeconds(0.1) });
        var late = (await Assert.ThrowsAsync<ItemTimeoutException>(() => limited))!;
        Assert.That(late.Limit, Is.EqualTo(TimeSpan.FromSeconds(0.1)));
        Assert.That(late.Message, Does.StartWith("Item 0 ran for longer than 0.1 s (ItemTimeout of CallOptions or PoolOptions)."));
        Assert.That((await Assert.ThrowsAsync<ItemTimeoutException>(() => pool.ApplyAsync(static () => Sleep(60))))!.Limit, Is.EqualTo(TimeSpan.FromSeconds(0.3)));
        Assert.That(await unlimited, Is.EqualTo(1));
    }

    [Test]
    public async Task A_shorter_limit_behind_a_longer_one_is_kept()
    {
        using var pool = new Pool(1);
        var longer = pool.ApplyAsync(static () => Sleep(1), new CallOptions { ItemTimeout = TimeSpan.FromMinutes(5) });
        var shorter = pool.ApplyAsync(static () => Sleep(60), new CallOptions { ItemTimeout = TimeSpan.FromSeconds(0.1) });
        await Assert.ThrowsAsync<ItemTimeoutException>(() => shorter);
        Assert.That(await longer, Is.EqualTo(1));
    }

    private static int Sleep(int seconds)
    {
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        return seconds;
    }

    private static NUnit.Framework.Constraints.Constraint Refused(string name) =>
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith($"CallOptions.{name} must be ");
}
