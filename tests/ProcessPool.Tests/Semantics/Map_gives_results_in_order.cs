namespace ProcessPool.Tests.Semantics;

internal sealed class Map_gives_results_in_order : PoolTests
{
    [Test]
    public void No_input_gives_no_results() => Assert.That(Pool.Map(x => x, Array.Empty<int>()), Is.Empty);

    [Test]
    public void One_item() => Assert.That(Pool.Map(x => x + 1, [1]), Is.EqualTo(new[] { 2 }));

    [Test]
    public void A_hundred_thousand_items()
    {
        var results = Pool.Map(x => 3L * x, Enumerable.Range(0, 100_000));
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 100_000).Select(x => 3L * x)));
    }

    [Test]
    public void Items_of_very_different_lengths()
    {
        var results = Pool.Map(Work, Enumerable.Range(0, 200));
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 200)));

        static int Work(int x)
        {
            if (x % 50 == 0) Thread.Sleep(100);
            return x;
        }
    }

    [Test]
    public void Arguments_of_very_different_sizes()
    {
        int[] sizes = [0, 1, 5_000_000, 10, 200_000, 0, 1_000_000, 3];
        Assert.That(Pool.Map(block => block.Length, sizes.Select(size => new byte[size])), Is.EqualTo(sizes));
        Assert.That(Pool.Map(size => new byte[size], sizes).Select(block => block.Length), Is.EqualTo(sizes));
    }

    [Test]
    public void More_workers_than_items()
    {
        using var pool = new Pool(workers: 3);
        Assert.That(pool.Map(x => x * x, [3]), Is.EqualTo(new[] { 9 }));
        Assert.That(pool.Workers, Is.EqualTo(3));
    }

    [Test]
    public async Task Calls_from_many_threads_at_once()
    {
        var calls = Enumerable.Range(0, 16).Select(thread => Task.Run(() =>
        {
            for (var round = 0; round < 5; round++)
            {
                var offset = (1000 * thread) + round;
                Assert.That(Pool.Map(x => x + offset, Enumerable.Range(0, 50)), Is.EqualTo(Enumerable.Range(offset, 50)));
                Assert.That(Pool.Apply(() => $"{thread}/{round}"), Is.EqualTo($"{thread}/{round}"));
                Assert.That(Pool.Imap(x => new string('a', x), [thread]).ToBlockingEnumerable().Single(), Has.Length.EqualTo(thread));
            }
        }));
        await Task.WhenAll(calls);
    }
}
