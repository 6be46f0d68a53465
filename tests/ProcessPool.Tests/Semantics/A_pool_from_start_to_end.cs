namespace ProcessPool.Tests.Semantics;

[CancelAfter(120_000)]
internal sealed class A_pool_from_start_to_end
{
    [Test]
    public async Task Its_workers_are_known_once_they_are_ready()
    {
        await using var pool = new Pool(workers: 2);
        await pool.WaitUntilReadyAsync(TestContext.CurrentContext.CancellationToken);
        Assert.That(pool.WorkerPids, Has.Count.EqualTo(2).And.Unique.And.None.EqualTo(Environment.ProcessId));
        Assert.That(pool.WorkerPids, Is.All.Matches<int>(IsAlive));
    }

    [Test]
    public async Task Disposing_finishes_what_is_under_way_and_ends_the_workers()
    {
        Task<int[]> call;
        IReadOnlyList<int> pids;
        await using (var pool = new Pool(workers: 2))
        {
            await pool.WaitUntilReadyAsync();
            pids = pool.WorkerPids;
            call = pool.MapAsync(Slow, [1, 2, 3, 4]);
        }

        Assert.That(call.IsCompletedSuccessfully);
        Assert.That(await call, Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(pids, Is.All.Matches<int>(pid => !IsAlive(pid)));
    }

    [Test]
    public async Task So_does_using_without_await()
    {
        Task<int[]> call;
        using (var pool = new Pool(workers: 1)) call = pool.MapAsync(Slow, [1, 2]);
        Assert.That(call.IsCompletedSuccessfully);
        Assert.That(await call, Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void A_closed_pool_takes_no_calls()
    {
        using var pool = new Pool(workers: 1);
        var stream = pool.Imap(x => x, [1]);
        pool.Close();
        Assert.Throws<ObjectDisposedException>(() => pool.Map(x => x, [1]));
        Assert.That(() => { _ = pool.MapAsync(x => x, [1]); }, Throws.TypeOf<ObjectDisposedException>());
        Assert.Throws<ObjectDisposedException>(() => pool.Apply(() => 1));
        Assert.Throws<ObjectDisposedException>(() => pool.Imap(x => x, [1]));
        Assert.Throws<ObjectDisposedException>(() => stream.GetAsyncEnumerator());
        pool.Join();
        Assert.That(pool.WorkerPids, Is.Empty);
    }

    [Test]
    public void To_join_an_open_pool_is_a_mistake()
    {
        using var pool = new Pool(workers: 1);
        Assert.Throws<InvalidOperationException>(pool.Join);
        Assert.That(pool.Map(x => x, [1]), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void It_may_be_ended_again_and_again()
    {
        var pool = new Pool(workers: 1);
        pool.Close();
        pool.Close();
        pool.Join();
        pool.Terminate();
        pool.Dispose();
        pool.Dispose();
        Assert.That(pool.WorkerPids, Is.Empty);
    }

    [Test]
    public async Task Terminated_at_once_it_leaves_nothing_behind()
    {
        var pool = new Pool(workers: 2);
        pool.Terminate();
        await pool.JoinAsync();
        Assert.That(pool.WorkerPids, Is.Empty);
        Assert.Throws<ObjectDisposedException>(() => pool.Apply(() => 1));
    }

    [Test]
    public async Task A_token_that_was_cancelled_before_starts_nothing()
    {
        using var pool = new Pool(workers: 1);
        var cancelled = new CancellationToken(canceled: true);
        Assert.Catch<OperationCanceledException>(() => pool.Map(x => x, [1], cancellationToken: cancelled));
        await Assert.CatchAsync<OperationCanceledException>(async () => await pool.MapAsync(x => x, [1], cancellationToken: cancelled));
    }

    [Test]
    public void Null_is_refused_by_name()
    {
        using var pool = new Pool(workers: 1);
        Assert.That(() => { _ = pool.MapAsync((Func<int, int>)null!, [1]); }, Throws.ArgumentNullException.With.Property("ParamName").EqualTo("function"));
        Assert.That(() => { _ = pool.MapAsync(x => x, (int[])null!); }, Throws.ArgumentNullException.With.Property("ParamName").EqualTo("items"));
        Assert.That(() => pool.Imap(x => x, (int[])null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("items"));
        Assert.That(() => new Pool(null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("options"));
    }

    [Test]
    public void Tasks_may_have_pools_of_their_own()
    {
        using var pool = new Pool(workers: 1);
        Assert.That(pool.Apply(Inner, 20), Is.EqualTo(43));

        static int Inner(int x)
        {
            using var inner = new Pool(workers: 1);
            return inner.Apply(y => (2 * y) + 1, x + 1);
        }
    }

    [Test]
    public void But_not_without_end()
    {
        using var pool = new Pool(workers: 1);
        var error = Assert.Throws<InvalidOperationException>(() => pool.Apply(Nest))!;
        Assert.That(error.Message, Does.Contain("nested 4 deep"));

        static int Nest()
        {
            using var inner = new Pool(workers: 1);
            return inner.Apply(Nest);
        }
    }

    private static int Slow(int x)
    {
        Thread.Sleep(50);
        return x;
    }

    /// <summary>A process that has ended and was not waited for counts as dead.</summary>
    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
