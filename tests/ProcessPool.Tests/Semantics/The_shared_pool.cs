namespace ProcessPool.Tests.Semantics;

[CancelAfter(60_000)]
[NonParallelizable]
internal sealed class The_shared_pool
{
    [Test]
    public async Task Is_one_for_all_and_stays_open()
    {
        var first = Pool.Shared;
        Assert.That(Pool.Shared, Is.SameAs(first));
        Assert.That(Pool.Shared.Workers, Is.EqualTo(Environment.ProcessorCount));
        await using (var pool = Pool.Shared) Assert.That(await pool.MapAsync(static x => x + 1, [1, 2]), Is.EqualTo(new[] { 2, 3 }));
        using (var pool = Pool.Shared) Assert.That(pool.Apply(static () => Environment.ProcessId), Is.Not.EqualTo(Environment.ProcessId));
        Assert.Throws<InvalidOperationException>(Pool.Shared.Close);
        Assert.Throws<InvalidOperationException>(Pool.Shared.Terminate);
        Assert.That(Pool.Shared.Map(static x => x, Enumerable.Range(0, 100)), Is.EqualTo(Enumerable.Range(0, 100)));
    }
}
