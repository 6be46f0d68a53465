namespace ProcessPool.Tests.Semantics;

internal sealed class What_code_knows_about_its_worker : PoolTests
{
    [Test]
    public async Task The_index_of_its_item()
    {
        Assert.That(Pool.Map(static x => (x, WorkerContext.Item), Enumerable.Range(5, 10_000)), Is.EqualTo(Enumerable.Range(0, 10_000).Select(i => (i + 5, (long)i))));
        Assert.That(await ToListAsync(Pool.Imap(static x => WorkerContext.Item, Enumerable.Range(5, 5_000))), Is.EqualTo(Enumerable.Range(0, 5_000)));
        var unordered = await ToListAsync(Pool.ImapUnordered(static x => (x, WorkerContext.Item), Enumerable.Range(0, 5_000)));
        Assert.That(unordered, Is.All.Matches<(int Item, long Index)>(static pair => pair.Item == pair.Index));
    }

    [Test]
    public void Also_where_items_were_taken_back_and_where_arguments_failed()
    {
        using var pool = new Pool(4);
        var outcomes = pool.Imap(static x => Slow(x), Enumerable.Range(0, 400).Select(static x => x % 50 == 3 ? (object)typeof(int).Assembly : x)).Outcomes().ToBlockingEnumerable();
        foreach (var outcome in outcomes)
        {
            if (outcome.Item % 50 != 3) Assert.That(outcome.Value, Is.EqualTo(outcome.Item));
        }
    }

    [Test]
    public void A_large_one_too() =>
        Assert.That(Pool.Map(static bytes => (bytes.Length, WorkerContext.Item), [new byte[1], new byte[1_000_000], new byte[2]]),
            Is.EqualTo(new[] { (1, 0L), (1_000_000, 1L), (2, 2L) }));

    [Test]
    public void The_number_of_its_worker()
    {
        var ids = Pool.Map(static x => (WorkerContext.WorkerId, WorkerContext.IsWorker), Enumerable.Range(0, 100));
        Assert.That(ids, Is.All.Matches<(int Id, bool IsWorker)>(static pair => pair is { Id: 0 or 1, IsWorker: true }));
        Assert.That((WorkerContext.WorkerId, WorkerContext.Item, WorkerContext.IsWorker), Is.EqualTo((-1, -1L, false)));
    }

    private static long Slow(object x)
    {
        // A long one every now and then, so that what waits behind it goes elsewhere.
        if (x is int number && number % 40 == 0) Thread.Sleep(20);
        return WorkerContext.Item;
    }
}
