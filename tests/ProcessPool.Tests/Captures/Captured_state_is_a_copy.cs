namespace ProcessPool.Tests.Captures;

internal sealed class Captured_state_is_a_copy : PoolTests
{
    [Test]
    public void Changes_in_the_worker_do_not_come_back()
    {
        var count = 0;
        List<int> list = [1];
        var lengths = Pool.Map(
            x =>
            {
                count++;
                list.Add(x);
                return list.Count;
            },
            [1, 2, 3]);
        Assert.That(lengths, Is.All.GreaterThan(1));
        Assert.That(count, Is.Zero);
        Assert.That(list, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Changes_here_after_the_call_do_not_matter()
    {
        var text = "before";
        var stream = Pool.Imap(x => $"{text} {x}", [1]);
        text = "after";
        Assert.That(stream.ToBlockingEnumerable(), Is.EqualTo(new[] { "before 1" }));
    }

    [Test]
    public void It_starts_anew_with_each_call()
    {
        using var pool = new Pool(workers: 1);
        var count = 0;
        Assert.That(pool.Apply(() => ++count), Is.EqualTo(1));
        Assert.That(pool.Apply(() => ++count), Is.EqualTo(1));
    }

    [Test]
    public async Task A_captured_token_fires_when_the_call_is_cancelled([Values] bool async)
    {
        await using var pool = new Pool(new PoolOptions { Workers = 1, KillDelay = TimeSpan.FromMinutes(1) });
        using var directory = new Calls.TemporaryDirectory();
        using var source = new CancellationTokenSource();
        var token = source.Token;
        var (started, fired) = (directory.File("started"), directory.File("fired"));
        var call = async ? pool.ApplyAsync(WaitAsync, cancellationToken: token) : pool.ApplyAsync(() => Wait(), cancellationToken: token);
        while (!File.Exists(started)) await Task.Delay(1, TestContext.CurrentContext.CancellationToken);
        await source.CancelAsync();
        var error = (await Assert.CatchAsync<OperationCanceledException>(() => call))!;
        Assert.That(error.CancellationToken, Is.EqualTo(token));
        Assert.That(File.Exists(fired));

        void Wait()
        {
            File.WriteAllText(started, "");
            token.WaitHandle.WaitOne();
            File.WriteAllText(fired, "");
            token.ThrowIfCancellationRequested();
        }

        async Task WaitAsync()
        {
            await File.WriteAllTextAsync(started, "");
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                await File.WriteAllTextAsync(fired, "");
            }
        }
    }
}
