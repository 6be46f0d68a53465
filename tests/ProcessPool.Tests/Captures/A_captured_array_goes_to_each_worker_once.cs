namespace ProcessPool.Tests.Captures;

[CancelAfter(120_000)]
internal sealed class A_captured_array_goes_to_each_worker_once
{
    private const int Size = 50_000_000;

    [Test]
    public void However_many_items_there_are()
    {
        using var pool = new Pool(2);
        pool.WaitUntilReadyAsync().Wait();
        var table = new byte[Size];
        table[^1] = 7;
        var results = pool.Map(x => x + table[^1], Enumerable.Range(0, 10_000));
        Assert.That(results, Is.EqualTo(Enumerable.Range(7, 10_000)));
        Assert.That(Sent(pool), Has.Some.GreaterThan(Size).And.All.LessThan(Size + 1_000_000));
    }

    [Test]
    public void And_once_more_for_each_call()
    {
        using var pool = new Pool(1);
        var table = new byte[Size];
        for (var calls = 1; calls <= 3; calls++)
        {
            pool.Map(x => x + table[^1], Enumerable.Range(0, 1000));
            Assert.That(pool.Statistics.BytesSent, Is.InRange((long)calls * Size, ((long)calls * Size) + 1_000_000));
        }
    }

    [Test]
    public void And_does_not_come_back()
    {
        using var pool = new Pool(1);
        var table = new byte[Size];
        pool.Map(x => x + table[^1], Enumerable.Range(0, 1000));
        Assert.That(pool.Statistics.BytesReceived, Is.InRange(1000, 100_000));
    }

    private static IEnumerable<long> Sent(Pool pool) => pool.Statistics.Workers.Select(worker => worker.BytesSent);
}
