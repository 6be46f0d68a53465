namespace ProcessPool.Tests.Semantics;

/// <summary>PoolOptions.MaxWaitingItems bounds how many items wait for a worker.</summary>
[CancelAfter(60_000)]
internal sealed class Pools_that_are_full
{
    [Test]
    public async Task Let_asynchronous_calls_wait()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, MaxWaitingItems = 3 });
        var calls = Enumerable.Range(0, 50).Select(x => pool.ApplyAsync(static x => x + 1, x)).ToArray();
        var map = pool.MapAsync(static x => x + 1, Enumerable.Range(0, 50));
        Assert.That(await Task.WhenAll(calls), Is.EqualTo(Enumerable.Range(1, 50)));
        Assert.That(await map, Is.EqualTo(Enumerable.Range(1, 50)));
    }

    [Test]
    public async Task Refuse_asynchronous_calls_if_that_is_wanted([Values(0, 1)] int workers)
    {
        using var isOpen = SharedValue.Create(0);
        await using var pool = new Pool(new PoolOptions { Workers = workers, MaxWaitingItems = 2, RefuseWhenFull = true });
        var accepted = Enumerable.Range(0, 3).Select(_ => pool.ApplyAsync(() => WaitUntil(isOpen))).ToArray();
        var refused = pool.MapAsync(static x => x, [1, 2]);
        var error = await Assert.ThrowsAsync<PoolFullException>(() => refused);
        Assert.That(error!.Message, Does.StartWith("The pool is full: 2 items wait for a worker, at most 2 may (PoolOptions.MaxWaitingItems), and this call has 2."));
        await Assert.ThrowsAsync<PoolFullException>(() => pool.ApplyAsync(static () => 1));
        isOpen.Exchange(1);
        await Task.WhenAll(accepted);
        Assert.That(await pool.MapAsync(static x => x, Enumerable.Range(0, 100)), Is.EqualTo(Enumerable.Range(0, 100)), "larger than the bound, but nothing else waits");
    }

    [Test]
    public async Task Let_synchronous_calls_wait_in_any_case()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, MaxWaitingItems = 0, RefuseWhenFull = true });
        var results = new int[24];
        var threads = Enumerable.Range(0, results.Length).Select(i => new Thread(() => results[i] = i % 2 == 0 ? pool.Apply(static x => x + 1, i) : pool.Map(static x => x + 1, [i])[0])).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        Assert.That(results, Is.EqualTo(Enumerable.Range(1, results.Length)));
    }

    [Test]
    public async Task Cancel_a_call_that_waits_at_once_and_never_start_it()
    {
        using var isOpen = SharedValue.Create(0);
        using var started = SharedValue.Create(0);
        await using var pool = new Pool(new PoolOptions { Workers = 1, MaxWaitingItems = 0 });
        var running = pool.ApplyAsync(() => WaitUntil(isOpen));
        using var source = new CancellationTokenSource();
        var waiting = pool.ApplyAsync(() => started.Increment(), cancellationToken: source.Token);
        var late = pool.ApplyAsync(() => started.Increment(), new CallOptions { Timeout = TimeSpan.FromSeconds(0.1) });
        await source.CancelAsync();
        var error = await Assert.CatchAsync<OperationCanceledException>(() => waiting);
        Assert.That(error!.CancellationToken, Is.EqualTo(source.Token));
        await Assert.ThrowsAsync<TimeoutException>(() => late);
        isOpen.Exchange(1);
        await running;
        Assert.That(await pool.ApplyAsync(() => started.Value), Is.Zero);
    }

    [Test]
    public async Task Finish_the_calls_that_wait_when_they_are_closed_and_end_them_when_they_are_terminated([Values] bool terminate)
    {
        using var isOpen = SharedValue.Create(0);
        var pool = new Pool(new PoolOptions { Workers = 1, MaxWaitingItems = 1 });
        var running = pool.ApplyAsync(() => WaitUntil(isOpen));
        var waiting = Enumerable.Range(0, 5).Select(x => pool.ApplyAsync(static x => x, x)).ToArray();
        var room = pool.WaitForRoomAsync();
        if (terminate) pool.Terminate();
        else pool.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => room);
        isOpen.Exchange(1);
        await pool.JoinAsync();
        if (terminate)
        {
            foreach (var call in waiting) await Assert.ThrowsAsync<PoolTerminatedException>(() => call);
            await Assert.ThrowsAsync<PoolTerminatedException>(() => running);
        }
        else
        {
            Assert.That(await Task.WhenAll(waiting), Is.EqualTo(Enumerable.Range(0, 5)));
        }
    }

    [Test]
    public async Task Hold_a_program_up_that_waits_for_room()
    {
        const int most = 4;
        await using var pool = new Pool(new PoolOptions { Workers = 2, MaxWaitingItems = most, RefuseWhenFull = true });
        List<Task<int>> calls = [];
        var mostWaiting = 0L;
        for (var i = 0; i < 200; i++)
        {
            await pool.WaitForRoomAsync();
            calls.Add(pool.ApplyAsync(static x => x + 1, i));
            mostWaiting = Math.Max(mostWaiting, calls.Count(static call => !call.IsCompleted) - 2);
        }

        Assert.That(await Task.WhenAll(calls), Is.EqualTo(Enumerable.Range(1, 200)));
        Assert.That(mostWaiting, Is.LessThanOrEqualTo(most + 1), "a call has ended a moment before its task completes");
    }

    [Test]
    public async Task Let_nobody_wait_for_room_without_a_limit_nor_after_a_cancellation()
    {
        await using var unlimited = new Pool(1);
        Assert.That(unlimited.WaitForRoomAsync().IsCompletedSuccessfully, Is.True);
        using var isOpen = SharedValue.Create(0);
        await using var pool = new Pool(new PoolOptions { Workers = 1, MaxWaitingItems = 0 });
        var running = pool.ApplyAsync(() => WaitUntil(isOpen));
        using var source = new CancellationTokenSource();
        var room = pool.WaitForRoomAsync(source.Token);
        await source.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => room);
        room = pool.WaitForRoomAsync();
        isOpen.Exchange(1);
        await room;
        await running;
    }

    private static void WaitUntil(SharedValue<int> isOpen)
    {
        while (isOpen.Value == 0) Thread.Sleep(1);
    }
}
