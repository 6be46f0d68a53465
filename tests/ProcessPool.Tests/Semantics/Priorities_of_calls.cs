namespace ProcessPool.Tests.Semantics;

/// <summary>CallOptions.Priority decides whose items free workers get first.</summary>
[CancelAfter(60_000)]
internal sealed class Priorities_of_calls
{
    [Test]
    public async Task Let_the_items_of_higher_ones_run_first([Values] bool useStatusPage)
    {
        using var isOpen = SharedValue.Create(0);
        using var order = SharedValue.Create(0);
        await using var pool = new Pool(new PoolOptions { Workers = 1, UseStatusPage = useStatusPage });
        var first = pool.ApplyAsync(() => { while (isOpen.Value == 0) Thread.Sleep(1); });
        while (pool.Statistics.RunningItems.Count == 0) await Task.Delay(1);
        var low = pool.MapAsync(_ => Next(order), Enumerable.Range(0, 5), new CallOptions { Priority = -1 });
        var normal = pool.MapAsync(_ => Next(order), Enumerable.Range(0, 5));
        var high = pool.MapAsync(_ => Next(order), Enumerable.Range(0, 5), new CallOptions { Priority = 7 });
        isOpen.Exchange(1);
        await first;
        int[] all = [.. await high, .. await normal, .. await low];
        Assert.That(all, Is.EqualTo(Enumerable.Range(1, 15)));
    }

    /// <summary>Takes long enough that the worker gets one item at a time.</summary>
    private static int Next(SharedValue<int> order)
    {
        var turn = order.Increment();
        Thread.Sleep(10);
        return turn;
    }
}
