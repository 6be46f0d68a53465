namespace ProcessPool.Tests.Memory;

[CancelAfter(60_000)]
internal sealed class Elements_change_as_a_whole
{
    [Test]
    public void Integers_are_added_to()
    {
        using var ints = SharedArray.Create<int>(2);
        using var unsigned = SharedArray.Create<uint>(2, 2);
        using var longs = SharedArray.Create<long>(2, 2, 2);
        using var unsignedLongs = SharedArray.Create<ulong>(1);
        Assert.That(
            (ints.Atomic(1).Add(-5), ints.Atomic(1).Increment(), ints.Atomic(1).Decrement(), ints[1], ints[0]),
            Is.EqualTo((-5, -4, -5, -5, 0)));
        Assert.That((unsigned.Atomic(1, 1).Decrement(), unsigned.Atomic(1, 1).Increment(), unsigned.Atomic(1, 1).Add(3)), Is.EqualTo((uint.MaxValue, 0U, 3U)));
        Assert.That((longs.Atomic(1, 0, 1).Add(1L << 40), longs[1, 0, 1], longs[1, 1, 1]), Is.EqualTo((1L << 40, 1L << 40, 0L)));
        Assert.That((unsignedLongs.Atomic(0).Decrement(), unsignedLongs.Atomic(0).Add(2)), Is.EqualTo((ulong.MaxValue, 1UL)));
    }

    [Test]
    public void All_primitives_are_exchanged_read_and_written()
    {
        Exchange<byte>(1, 2);
        Exchange(true, false);
        Exchange<short>(-1, 2);
        Exchange('a', 'b');
        Exchange(1, -2);
        Exchange(1.5f, -2.5f);
        Exchange(1.5, double.NaN);
        Exchange(1L, long.MinValue);
        Exchange(DayOfWeek.Monday, DayOfWeek.Friday);
    }

    [Test]
    public void Others_are_refused()
    {
        using var doubles = SharedArray.Create<double>(1);
        using var decimals = SharedArray.Create<decimal>(1);
        Assert.That(() => doubles.Atomic(0).Add(1), Throws.TypeOf<NotSupportedException>().With.Message.Contains("Double"));
        Assert.That(() => doubles.Atomic(0).Increment(), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => doubles.Atomic(0).Decrement(), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => decimals.Atomic(0).Read(), Throws.TypeOf<NotSupportedException>().With.Message.Contains("Decimal"));
        Assert.That(() => SharedValue.Create(1.5m), Throws.TypeOf<NotSupportedException>().With.Message.Contains("SharedArray"));
        Assert.That(() => SharedValue.Create(new Guid()), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public void An_index_is_checked()
    {
        using var array = SharedArray.Create<int>(1);
        Assert.That(() => array.Atomic(1).Read(), Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(() => array.Atomic(0, 0).Read(), Throws.TypeOf<RankException>());
    }

    [Test]
    public void Interlocked_itself_works_on_elements()
    {
        using var array = SharedArray.Create<int>(2, 2);
        Assert.That((Interlocked.Add(ref array[1, 1], 5), Interlocked.Or(ref array[1, 1], 2), array[1, 1]), Is.EqualTo((5, 5, 7)));
    }

    [Test]
    public void A_value_is_one_element()
    {
        using var count = SharedValue.Create(5L);
        count.Value++;
        Assert.That((count.Value, count.Add(10), count.Increment(), count.Decrement()), Is.EqualTo((6L, 16L, 17L, 16L)));
        Assert.That((count.Exchange(1), count.CompareExchange(2, 3), count.CompareExchange(2, 1), count.Value), Is.EqualTo((16L, 1L, 1L, 2L)));
        using var flag = SharedValue.Create<bool>();
        Assert.That(flag.Value, Is.False);
        flag.Value = true;
        Assert.That(flag.Value, Is.True);
    }

    [Test]
    public void No_change_of_several_threads_is_lost()
    {
        using var counts = SharedArray.Create<long>(3);
        Parallel.For(0, 100_000, i => counts.Atomic(i % 3).Add(i));
        Assert.That(counts.ToArray().Sum(), Is.EqualTo(100_000L * 99_999 / 2));
    }

    private static void Exchange<T>(T first, T second)
        where T : unmanaged
    {
        using var array = SharedArray.Create<T>(3);
        array.Atomic(1).Write(first);
        Assert.That(array.Atomic(1).Read(), Is.EqualTo(first));
        Assert.That(array.Atomic(1).Exchange(second), Is.EqualTo(first));
        Assert.That(array.Atomic(1).CompareExchange(first, first), Is.EqualTo(second));
        Assert.That(array.Atomic(1).CompareExchange(first, second), Is.EqualTo(second));
        Assert.That(array.ToArray(), Is.EqualTo(new[] { default, first, default }));
        using var value = SharedValue.Create(first);
        Assert.That(value.Value, Is.EqualTo(first));
    }
}
