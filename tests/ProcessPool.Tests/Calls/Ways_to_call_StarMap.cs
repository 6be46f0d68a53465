namespace ProcessPool.Tests.Calls;

internal sealed class Ways_to_call_StarMap : PoolTests
{
    [Test]
    public void With_two_and_three_arguments()
    {
        Assert.That(Pool.StarMap(Math.Max, [(1, 2), (4, 3)]), Is.EqualTo(new[] { 2, 4 }));
        Assert.That(Pool.StarMap((x, y) => x + y, [(1, "a"), (2, "b")]), Is.EqualTo(new[] { "1a", "2b" }));
        Assert.That(Pool.StarMap(static (x, y, z) => x + y * z, [(1, 2, 3)]), Is.EqualTo(new[] { 7 }));
        Assert.That(Pool.Map(static t => string.Concat(t.Item1, t.Item2, t.Item3, t.Item4), [("a", "b", "c", "d")]), Is.EqualTo(new[] { "abcd" }));
        Assert.That(Pool.StarMap((x, y) => x + y, new[] { 1, 2 }.Zip([10, 20])), Is.EqualTo(new[] { 11, 22 }));
    }

    [Test]
    public async Task Asynchronously()
    {
        var factor = 3;
        Assert.That(await Pool.StarMapAsync((x, y) => factor * (x + y), [(1, 2), (3, 4)]), Is.EqualTo(new[] { 9, 21 }));
        Assert.That(await Pool.StarMapAsync(async (x, y, z) => { await Task.Yield(); return x + y + z; }, [(1, 2, 3)]), Is.EqualTo(new[] { 6 }));
        Assert.That(Pool.StarMap(async (x, y) => { await Task.Yield(); return x * y; }, [(5, 6)]), Is.EqualTo(new[] { 30 }));
        Assert.That(await Pool.MapAsync(static t => Task.FromResult(t.A + t.B + t.C + t.D), new[] { (A: 1, B: 2, C: 3, D: 4) }), Is.EqualTo(new[] { 10 }));
    }

    [Test]
    public async Task With_functions_that_return_nothing()
    {
        using var sums = SharedArray.Create<int>(12);
        Pool.StarMap((i, x) => { sums[i] = x; }, [(0, 1), (1, 2)]);
        Pool.StarMap((i, x, y) => { sums[i] = x + y; }, [(2, 1, 2)]);
        Pool.Map(t => { sums[t.Item1] = t.Item2 + t.Item3 + t.Item4; }, [(3, 1, 2, 3)]);
        await Pool.StarMapAsync((i, x) => { sums[i] = x; }, [(4, 5)]);
        await Pool.StarMapAsync((i, x, y) => { sums[i] = x * y; }, [(5, 2, 3)]);
        await Pool.MapAsync(t => { sums[t.Item1] = t.Item2 * t.Item3 * t.Item4; }, [(6, 2, 3, 4)]);
        await Pool.StarMapAsync(async (i, x) => { await Task.Delay(20); sums[i] = x; }, [(7, 7)]);
        await Pool.StarMapAsync(async (i, x, y) => { await Task.Delay(20); sums[i] = x - y; }, [(8, 9, 1)]);
        Pool.StarMap(async (i, x) => { await Task.Delay(20); sums[i] = x; }, [(9, 9)]);
        Pool.StarMap(async (i, x, y) => { await Task.Delay(20); sums[i] = x + y; }, [(10, 1, 9)]);
        Pool.StarMap(Set, [(sums, 11)]);
        Assert.That(sums.ToArray(), Is.EqualTo(new[] { 1, 2, 3, 6, 5, 6, 24, 7, 8, 9, 10, 11 }));
    }

    private static void Set(SharedArray<int> sums, int index) => sums[index] = index;

    [Test]
    public void Nothing_in_nothing_out() => Assert.That(Pool.StarMap(Math.Max, Array.Empty<(int, int)>()), Is.Empty);

    [Test]
    public void A_failure_is_that_of_its_item()
    {
        var error = Assert.Throws<DivideByZeroException>(() => Pool.StarMap(static (x, y) => x / y, [(4, 2), (1, 0)]))!;
        Assert.That(error.Data["ProcessPool.Item"], Is.EqualTo(1L));
    }
}
