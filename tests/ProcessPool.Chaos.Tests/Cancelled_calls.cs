using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>A cancelled call ends, and no call before it or beside it is affected.</summary>
[TimeLimit(60)]
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable(ParallelScope.All)]
internal sealed class Cancelled_calls(bool useStatusPage)
{
    [Test]
    public async Task One_that_waits_behind_a_long_one_never_starts()
    {
        using var directory = new TemporaryDirectory();
        using var cancellation = new CancellationTokenSource();
        var (started, end, ran) = (directory.File("started"), directory.File("end"), directory.File("ran"));
        await using var pool = NewPool(workers: 1, TimeSpan.FromSeconds(50));
        var running = pool.ApplyAsync(() =>
        {
            File.WriteAllText(started, "");
            return Items.WaitForFile(end, 7);
        });
        Assert.That(Eventually.True(() => File.Exists(started)), Is.True);
        var workers = pool.WorkerPids;
        var waiting = pool.ApplyAsync(() => File.WriteAllText(ran, ""), cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        var error = (await Assert.CatchAsync<OperationCanceledException>(() => waiting))!;
        Assert.That(error.CancellationToken, Is.EqualTo(cancellation.Token));
        Assert.That(waiting.IsCanceled, Is.True);
        Assert.That(running.IsCompleted, Is.False, "the cancelled call ended before the running one");
        await File.WriteAllTextAsync(end, "");
        Assert.That(await running, Is.EqualTo(7));
        Assert.That(await pool.ApplyAsync(static () => 5), Is.EqualTo(5));
        Assert.That(File.Exists(ran), Is.False, "the cancelled call did not run, although a later one did");
        Assert.That(pool.WorkerPids, Is.EqualTo(workers));
    }

    [Test]
    public async Task One_that_runs_sees_its_token_and_is_killed_then_and_others_do_not_notice()
    {
        using var directory = new TemporaryDirectory();
        using var cancellation = new CancellationTokenSource();
        var (started, saw, token) = (directory.File("started"), directory.File("saw"), cancellation.Token);
        await using var pool = NewPool(workers: 2, TimeSpan.FromSeconds(1));
        await pool.WaitUntilReadyAsync();
        var before = pool.WorkerPids;
        var call = pool.ApplyAsync(() => SeeAndGoOn(started, saw, token), cancellationToken: token);
        Assert.That(Eventually.True(() => File.Exists(started)), Is.True);
        var other = pool.MapAsync(static item => { Items.Spin(1); return item; }, Enumerable.Range(0, 1_000));
        await cancellation.CancelAsync();
        Assert.That(Eventually.True(() => File.Exists(saw)), Is.True, "the item sees its token first");
        var error = (await Assert.CatchAsync<OperationCanceledException>(() => call))!;
        Assert.That(error.CancellationToken, Is.EqualTo(token));
        Assert.That(await other, Is.EqualTo(Enumerable.Range(0, 1_000)));
        Assert.That(before.Where(Processes.IsAlive).Count(), Is.EqualTo(1), "one worker was killed: that of the item that went on");
    }

    [Test]
    public async Task A_stream_that_is_left_stops_what_it_had_started([Values] bool ordered)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Path;
        await using var pool = NewPool(workers: 2, TimeSpan.FromSeconds(50));
        await pool.WaitUntilReadyAsync();
        var before = pool.WorkerPids;
        var numbers = Items.Until(static () => false).Select(static item => (int)item);
        var stream = ordered
            ? pool.Imap(item => RunUntilCancelled(path, item, WorkerContext.CancellationToken), numbers)
            : pool.ImapUnordered(item => RunUntilCancelled(path, item, WorkerContext.CancellationToken), numbers);
        var seen = 0;
        await foreach (var item in stream)
        {
            Assert.That(item, ordered ? Is.EqualTo(seen) : Is.InRange(0, 2));
            if (++seen == 3) break;
        }

        Assert.That(directory.Count("ended-*"), Is.EqualTo(directory.Count("started-*")), "nothing runs any more");
        Assert.That(pool.WorkerPids, Is.EqualTo(before), "no worker had to be killed");
        Assert.That(pool.Map(static item => item, [1, 2]), Is.EqualTo(new[] { 1, 2 }));
    }

    /// <summary>The first few items return; all others wait for the end of the call.</summary>
    private static int RunUntilCancelled(string directory, int item, CancellationToken token)
    {
        if (item < 3) return item;
        File.WriteAllText(Path.Combine(directory, $"started-{item}"), "");
        token.WaitHandle.WaitOne(TimeSpan.FromSeconds(50));
        if (token.IsCancellationRequested) File.WriteAllText(Path.Combine(directory, $"ended-{item}"), "");
        return item;
    }

    private static void SeeAndGoOn(string started, string saw, CancellationToken token)
    {
        File.WriteAllText(started, "");
        token.WaitHandle.WaitOne();
        File.WriteAllText(saw, "");
        Thread.Sleep(Timeout.Infinite);
    }

    private Pool NewPool(int workers, TimeSpan killDelay) =>
        new(new PoolOptions { Workers = workers, KillDelay = killDelay, UseStatusPage = useStatusPage });
}
