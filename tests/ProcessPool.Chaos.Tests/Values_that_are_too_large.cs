using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>An argument or a result that is longer than the pool allows fails its item. Its worker goes on.</summary>
[TimeLimit(120)]
[TestFixture(1, true)]
[TestFixture(2, true)]
[TestFixture(2, false)]
internal sealed class Values_that_are_too_large(int workers, bool useStatusPage)
{
    private const int Limit = 10_000;

    /// <summary>The length of the header of a byte array: 0xC5 and two bytes of length.</summary>
    private const int Header = 3;

    [Test]
    public async Task What_just_fits_is_sent_and_what_does_not_is_refused()
    {
        await using var pool = NewPool();
        await pool.WaitUntilReadyAsync();
        var before = pool.WorkerPids;
        const int most = Limit - Header;
        Assert.That(await pool.ApplyAsync(static bytes => bytes, new byte[most]), Has.Length.EqualTo(most));
        Check((await Assert.ThrowsAsync<ValueException>(() => pool.ApplyAsync(static bytes => bytes.Length, new byte[most + 1])))!, "argument", Limit + 1);
        Check((await Assert.ThrowsAsync<ValueException>(() => pool.ApplyAsync(static size => new byte[size], most + 1)))!, "result", Limit + 1);
        Assert.That(pool.WorkerPids, Is.EqualTo(before));
    }

    [Test]
    public async Task Only_the_items_that_have_them_fail()
    {
        await using var pool = NewPool();
        await pool.WaitUntilReadyAsync();
        var before = pool.WorkerPids;
        Assert.That(await Lengths(pool.Imap(static size => new byte[size], Sizes())), Is.EqualTo(Expected()));
        Assert.That(await Lengths(pool.Imap(static bytes => bytes, Sizes().Select(static size => new byte[size]))), Is.EqualTo(Expected()));
        Assert.That(pool.WorkerPids, Is.EqualTo(before));
    }

    [Test]
    public async Task A_map_ends_with_one_and_the_pool_goes_on()
    {
        await using var pool = NewPool();
        Check((await Assert.ThrowsAsync<ValueException>(() => pool.MapAsync(static size => new byte[size], Sizes())))!, "result", Large + 5);
        Check((await Assert.ThrowsAsync<ValueException>(() => pool.MapAsync(static bytes => bytes.Length, Sizes().Select(static size => new byte[size]))))!, "argument", Large + 5);
        Assert.That(await pool.MapAsync(static i => i + 1, Enumerable.Range(0, 1000)), Is.EqualTo(Enumerable.Range(1, 1000)));
    }

    [Test]
    public async Task What_is_captured_does_not_count_nor_what_is_printed()
    {
        await using var pool = NewPool();
        var table = new byte[10 * Limit];
        Assert.That(await pool.ApplyAsync(() => table.Length), Is.EqualTo(10 * Limit));
        await pool.ApplyAsync(static () => Console.WriteLine(new string('x', 2 * Limit)));
    }

    private const int Large = 1_000_000;

    private static IEnumerable<int> Sizes() => Enumerable.Range(0, 100).Select(static i => i % 10 == 7 ? Large : 10 * i);

    private static IEnumerable<int> Expected() => Sizes().Select(static size => size == Large ? -1 : size);

    private static async Task<List<int>> Lengths(IAsyncEnumerable<byte[]> results)
    {
        List<int> lengths = [];
        await using var stream = results.GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!await stream.MoveNextAsync()) return lengths;
                lengths.Add(stream.Current.Length);
            }
            catch (ValueException)
            {
                lengths.Add(-1);
            }
        }
    }

    private static void Check(ValueException failure, string what, long size)
    {
        Assert.That((failure.Path, failure.ValueType), Is.EqualTo((what, typeof(byte[]))));
        Assert.That(failure.Message, Does.StartWith($"Item {failure.Item} failed. {what}: It takes {size} bytes when encoded; the limit is {Limit} (PoolOptions.MaxValueBytes)."));
    }

    private Pool NewPool() => new(new PoolOptions { Workers = workers, MaxValueBytes = Limit, UseStatusPage = useStatusPage, Output = static _ => { } });
}
