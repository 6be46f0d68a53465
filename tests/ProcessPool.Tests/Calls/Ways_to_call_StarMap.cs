namespace ProcessPool.Tests.Calls;

internal sealed class Ways_to_call_StarMap : PoolTests
{
    [Test]
    public void With_two_three_and_four_arguments()
    {
        Assert.That(Pool.StarMap(Math.Max, [(1, 2), (4, 3)]), Is.EqualTo(new[] { 2, 4 }));
        Assert.That(Pool.StarMap((x, y) => x + y, [(1, "a"), (2, "b")]), Is.EqualTo(new[] { "1a", "2b" }));
        Assert.That(Pool.StarMap(static (x, y, z) => x + y * z, [(1, 2, 3)]), Is.EqualTo(new[] { 7 }));
        Assert.That(Pool.StarMap(string.Concat, [("a", "b", "c", "d")]), Is.EqualTo(new[] { "abcd" }));
        Assert.That(Pool.StarMap((x, y) => x + y, new[] { 1, 2 }.Zip([10, 20])), Is.EqualTo(new[] { 11, 22 }));
    }

    [Test]
    public async Task Asynchronously()
    {
        var factor = 3;
        Assert.That(await Pool.StarMapAsync((x, y) => factor * (x + y), [(1, 2), (3, 4)]), Is.EqualTo(new[] { 9, 21 }));
        Assert.That(await Pool.StarMapAsync(async (x, y, z) => { await Task.Yield(); return x + y + z; }, [(1, 2, 3)]), Is.EqualTo(new[] { 6 }));
        Assert.That(Pool.StarMap(async (x, y) => { await Task.Yield(); return x * y; }, [(5, 6)]), Is.EqualTo(new[] { 30 }));
        Assert.That(await Pool.StarMapAsync(static (a, b, c, d) => Task.FromResult(a + b + c + d), [(1, 2, 3, 4)]), Is.EqualTo(new[] { 10 }));
    }

    [Test]
    public void Nothing_in_nothing_out() => Assert.That(Pool.StarMap(Math.Max, Array.Empty<(int, int)>()), Is.Empty);

    [Test]
    public void A_failure_is_that_of_its_item()
    {
        var error = Assert.Throws<DivideByZeroException>(() => Pool.StarMap(static (x, y) => x / y, [(4, 2), (1, 0)]))!;
        Assert.That(error.Data["ProcessPool.Item"], Is.EqualTo(1L));
    }
}
