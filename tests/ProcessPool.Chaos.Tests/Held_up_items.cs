using System.Diagnostics;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>No item waits behind a long one while a worker is idle.</summary>
[TimeLimit(60)]
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable(ParallelScope.All)]
internal sealed class Held_up_items(bool useStatusPage)
{
    [TestCase(100)]
    [TestCase(2_000)]
    [TestCase(19_000)]
    public async Task Quick_items_do_not_wait_behind_a_long_one(int longOne)
    {
        const int items = 20_000;
        using var directory = new TemporaryDirectory();
        var end = directory.File("end");
        await using var pool = NewPool(2);
        var seen = 0;
        await foreach (var item in pool.ImapUnordered(item => RunOrWait(end, item, longOne), Enumerable.Range(0, items)))
        {
            seen++;
            Assert.That(item == longOne, Is.EqualTo(seen == items), "the long item is the last");
            if (seen == items - 1) await File.WriteAllTextAsync(end, "");
        }

        Assert.That(seen, Is.EqualTo(items));
    }

    [Test]
    public async Task They_are_done_long_before_it_ends()
    {
        await using var pool = NewPool(2);
        await pool.WaitUntilReadyAsync();
        var clock = Stopwatch.StartNew();
        var last = TimeSpan.Zero;
        await foreach (var item in pool.ImapUnordered(static item => TakeTen(item), Enumerable.Range(0, 5_000)))
        {
            if (item != 3_000) last = clock.Elapsed;
        }

        TestContext.Out.WriteLine($"the others took {last.TotalMilliseconds:0} ms");
        Assert.That(last, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(clock.Elapsed, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(10)));
    }

    private Pool NewPool(int workers) => new(new PoolOptions { Workers = workers, UseStatusPage = useStatusPage });

    private static int TakeTen(int item)
    {
        if (item == 3_000) Thread.Sleep(10_000);
        return item;
    }

    private static int RunOrWait(string end, int item, int longOne) =>
        item == longOne ? Items.WaitForFile(end, item) : item;
}
