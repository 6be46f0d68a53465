namespace ProcessPool.Tests.Calls;

/// <summary>None of these calls names a type argument.</summary>
internal sealed class Ways_to_call_Imap : PoolTests
{
    private static readonly int[] Numbers = [1, 2, 3];
    private static readonly int[] Doubled = [2, 4, 6];

    [Test]
    public async Task In_order()
    {
        var factor = 2;
        Assert.That(await ToListAsync(Pool.Imap(Functions.Double, Numbers)), Is.EqualTo(Doubled));
        Assert.That(await ToListAsync(Pool.Imap(Functions.DoubleAsync, Numbers)), Is.EqualTo(Doubled));
        Assert.That(await ToListAsync(Pool.Imap(Functions.DoubleUnlessCancelledAsync, Numbers)), Is.EqualTo(Doubled));
        Assert.That(await ToListAsync(Pool.Imap(Functions.Same, Numbers)), Is.EqualTo(Numbers));
        Assert.That(await ToListAsync(Pool.Imap("a".Repeat, Numbers)), Is.EqualTo(new[] { "a", "aa", "aaa" }));
        Assert.That(await ToListAsync(Pool.Imap(x => x * factor, Numbers)), Is.EqualTo(Doubled));
        Assert.That(await ToListAsync(Pool.Imap(async x => await Functions.DoubleAsync(x), Numbers)), Is.EqualTo(Doubled));
        Assert.That(await ToListAsync(Pool.Imap(x => WorkerContext.CancellationToken.CanBeCanceled ? x * factor : 0, Numbers)), Is.EqualTo(Doubled));
        Assert.That(await ToListAsync(Pool.Imap(async (x, token) => await Functions.DoubleUnlessCancelledAsync(x, token), Numbers)), Is.EqualTo(Doubled));
        Assert.That(await ToListAsync(Pool.Imap(async x => await Functions.DoubleValueAsync(x), Numbers)), Is.EqualTo(Doubled));
        Assert.That(await ToListAsync(Pool.Imap(x => (x, x * 2), Numbers)), Is.EqualTo(new[] { (1, 2), (2, 4), (3, 6) }));
    }

    [Test]
    public async Task In_any_order()
    {
        var factor = 2;
        Assert.That(await ToListAsync(Pool.ImapUnordered(Functions.Double, Numbers)), Is.EquivalentTo(Doubled));
        Assert.That(await ToListAsync(Pool.ImapUnordered(Functions.DoubleAsync, Numbers)), Is.EquivalentTo(Doubled));
        Assert.That(await ToListAsync(Pool.ImapUnordered(Functions.DoubleUnlessCancelledAsync, Numbers)), Is.EquivalentTo(Doubled));
        Assert.That(await ToListAsync(Pool.ImapUnordered(x => x * factor, Numbers)), Is.EquivalentTo(Doubled));
        Assert.That(await ToListAsync(Pool.ImapUnordered(async x => await Functions.DoubleAsync(x), Numbers)), Is.EquivalentTo(Doubled));
        Assert.That(await ToListAsync(Pool.ImapUnordered(async (x, token) => await Functions.DoubleUnlessCancelledAsync(x, token), Numbers)), Is.EquivalentTo(Doubled));
    }

    [Test]
    public async Task With_lambdas_that_only_throw()
    {
        await Assert.ThrowsAsync<NotSupportedException>(() => ToListAsync(Pool.Imap<int, int>(x => throw new NotSupportedException(), Numbers)));
        await Assert.ThrowsAsync<NotSupportedException>(() => ToListAsync(Pool.ImapUnordered<int, int>(x => throw new NotSupportedException(), Numbers)));
    }

    [Test]
    public void Without_await()
    {
        List<int> results = [.. Pool.Imap(Functions.Double, Numbers).ToBlockingEnumerable()];
        Assert.That(results, Is.EqualTo(Doubled));
    }
}
