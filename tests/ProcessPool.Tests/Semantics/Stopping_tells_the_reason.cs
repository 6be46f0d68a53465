namespace ProcessPool.Tests.Semantics;

/// <summary>The exception that a caller gets who waits for results while the call or the pool is stopped.</summary>
[CancelAfter(60_000)]
internal sealed class Stopping_tells_the_reason
{
    private static readonly PoolOptions Impatient = new() { Workers = 2, KillDelay = TimeSpan.FromMilliseconds(20) };

    [Test]
    public async Task A_cancelled_Map_that_must_be_killed()
    {
        await using var pool = new Pool(Impatient);
        using var directory = new Calls.TemporaryDirectory();
        using var source = new CancellationTokenSource();
        var call = pool.MapAsync(Hang, directory.Files(2), cancellationToken: source.Token);
        await StartedAsync(directory);
        await source.CancelAsync();
        var error = (await Assert.CatchAsync<OperationCanceledException>(() => call))!;
        Assert.That(error.CancellationToken, Is.EqualTo(source.Token));
        Assert.That(call.IsCanceled);
        Assert.That(await pool.ApplyAsync(() => 1), Is.EqualTo(1));
    }

    [Test]
    public async Task A_cancelled_Imap_that_must_be_killed([Values] bool ordered)
    {
        await using var pool = new Pool(Impatient);
        using var directory = new Calls.TemporaryDirectory();
        using var source = new CancellationTokenSource();
        var stream = ordered ? pool.Imap(HangFor, directory.Files(2)) : pool.ImapUnordered(HangFor, directory.Files(2));
        await using var results = stream.GetAsyncEnumerator(source.Token);
        var next = results.MoveNextAsync().AsTask();
        await StartedAsync(directory);
        await source.CancelAsync();
        var error = (await Assert.CatchAsync<OperationCanceledException>(() => next))!;
        Assert.That(error.CancellationToken, Is.EqualTo(source.Token));
        Assert.That(await pool.ApplyAsync(() => 1), Is.EqualTo(1));
    }

    [Test]
    public async Task A_Map_under_way_in_a_terminated_pool()
    {
        await using var pool = new Pool(Impatient);
        using var directory = new Calls.TemporaryDirectory();
        var call = pool.MapAsync(Hang, directory.Files(2));
        await StartedAsync(directory);
        pool.Terminate();
        await Assert.ThrowsAsync<PoolTerminatedException>(() => call);
    }

    [Test]
    public async Task An_Imap_under_way_in_a_terminated_pool([Values] bool ordered)
    {
        await using var pool = new Pool(Impatient);
        using var directory = new Calls.TemporaryDirectory();
        var stream = ordered ? pool.Imap(HangFor, directory.Files(2)) : pool.ImapUnordered(HangFor, directory.Files(2));
        await using var results = stream.GetAsyncEnumerator();
        var next = results.MoveNextAsync().AsTask();
        await StartedAsync(directory);
        pool.Terminate();
        await Assert.ThrowsAsync<PoolTerminatedException>(() => next);
    }

    private static void Hang(string file)
    {
        File.WriteAllText(file, "");
        Thread.Sleep(Timeout.Infinite);
    }

    private static int HangFor(string file)
    {
        Hang(file);
        return 0;
    }

    private static async Task StartedAsync(Calls.TemporaryDirectory directory)
    {
        while (Directory.GetFiles(directory.Path).Length < 2) await Task.Delay(1, TestContext.CurrentContext.CancellationToken);
    }
}
