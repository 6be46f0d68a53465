namespace ProcessPool.Tests.Semantics;

/// <summary>The number of items that are sent together changes no result.</summary>
internal sealed class Chunks_of_items : PoolTests
{
    [TestCase(1, null)]
    [TestCase(20, null)]
    [TestCase(100, null)]
    [TestCase(5_000, null)]
    [TestCase(int.MaxValue, null)]
    [TestCase(20, 1)]
    [TestCase(20, 7)]
    [TestCase(20, 40)]
    public async Task All_results_come_in_order(int chunk, int? buffer)
    {
        var options = new CallOptions { ChunkSize = chunk, BufferSize = buffer };
        foreach (var count in new[] { 0, 1, 19, 20, 21, 5_003 })
        {
            var inputs = Enumerable.Range(0, count);
            Assert.That(await Pool.MapAsync(static x => x * 2, inputs, options), Is.EqualTo(inputs.Select(static x => x * 2)));
            Assert.That(await ToListAsync(Pool.Imap(static x => x * 2, inputs, options)), Is.EqualTo(inputs.Select(static x => x * 2)));
            Assert.That((await ToListAsync(Pool.ImapUnordered(static x => x * 2, inputs, options))).Order(), Is.EqualTo(inputs.Select(static x => x * 2)));
        }
    }

    [Test]
    public async Task A_failure_is_that_of_its_item_alone()
    {
        var outcomes = await ToListAsync(Pool.Imap(static x => x == 33 ? throw new FormatException() : x, Enumerable.Range(0, 100), new CallOptions { ChunkSize = 20 }).Outcomes());
        Assert.That(outcomes.Where(static outcome => !outcome.Succeeded).Select(static outcome => outcome.Item), Is.EqualTo(new[] { 33 }));
    }

    [Test]
    public void An_infinite_input_is_read_as_far_as_the_buffer_goes()
    {
        var taken = 0;
        var results = Pool.Imap(static x => x, Input(), new CallOptions { ChunkSize = 10, BufferSize = 40 }).ToBlockingEnumerable();
        Assert.That(results.Take(3), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(taken, Is.LessThanOrEqualTo(43));

        IEnumerable<int> Input()
        {
            for (var i = 0; ; i++)
            {
                taken = i + 1;
                yield return i;
            }
        }
    }
}
