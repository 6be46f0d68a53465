using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using ProcessPool.Tests.Formatters;
using ProcessPool.Values;

namespace ProcessPool.Tests.Values;

[TestFixture]
[CancelAfter(30_000)]
internal sealed class Bits_that_are_no_value_are_errors
{
    [Test]
    public void Alone_or_among_others()
    {
        Refuses<decimal>(Bits<int, decimal>(29 << 16, 0, 0, 0));
        Refuses<decimal>(Bits<int, decimal>(1, 0, 0, 0));
        Refuses<DateTime>(Bits<long, DateTime>(DateTime.MaxValue.Ticks + 1));
        Refuses<DateOnly>(Bits<int, DateOnly>(-1));
        Refuses<DateOnly>(Bits<int, DateOnly>(DateOnly.MaxValue.DayNumber + 1));
        Refuses<TimeOnly>(Bits<long, TimeOnly>(TimeSpan.TicksPerDay));
        Refuses<Rune>(Bits<int, Rune>(0xD800));
        Refuses<Rune>(Bits<int, Rune>(0x110000));
        Refuses<DateTimeOffset>(Bits<long, DateTimeOffset>(-1, -1));
        Assert.That(() => Wire.Read<bool[]>([0xC4, 3, 0, 1, 2]), Throws.TypeOf<BrokenValueException>());
    }

    [Test]
    public void The_edges_are_values()
    {
        Accepts(decimal.MaxValue, decimal.MinValue, -0.0000000000000000000000000001m);
        Accepts(DateTime.MaxValue, DateTime.MinValue, DateTime.Now, DateTime.UtcNow);
        Accepts(DateTimeOffset.MaxValue, DateTimeOffset.MinValue, new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.FromHours(-14)));
        Accepts(DateOnly.MaxValue, DateOnly.MinValue);
        Accepts(TimeOnly.MaxValue, TimeOnly.MinValue);
        Accepts(new Rune(0x10FFFF), new Rune(0), new Rune(0xD7FF));
        Accepts(true, false);
    }

    private static T Bits<TPart, T>(params TPart[] parts)
        where TPart : unmanaged
        where T : unmanaged
    {
        Assert.That(Unsafe.SizeOf<TPart>() * parts.Length, Is.EqualTo(Unsafe.SizeOf<T>()));
        return MemoryMarshal.Cast<TPart, T>(parts)[0];
    }

    private static void Refuses<T>(T none)
        where T : unmanaged
    {
        Assert.That(() => Wire.Read<T>(Wire.Write(none)), Throws.TypeOf<BrokenValueException>().With.Message.Contains("The bytes are no"));
        Assert.That(() => Wire.Read<T[]>(Wire.Write<T[]>([default, none])), Throws.TypeOf<BrokenValueException>());
        Assert.That(() => Wire.Read<List<T>>(Wire.Write<List<T>>([none])), Throws.TypeOf<BrokenValueException>());
    }

    private static void Accepts<T>(params T[] values)
        where T : unmanaged
    {
        Assert.That(Wire.RoundTrip(values), Is.EqualTo(values));
        foreach (var value in values) Assert.That(Wire.RoundTrip(value), Is.EqualTo(value));
    }
}
