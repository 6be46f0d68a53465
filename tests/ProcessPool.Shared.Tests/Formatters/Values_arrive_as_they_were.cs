using System.Numerics;
using System.Text;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
internal sealed class Values_arrive_as_they_were
{
    private enum Tiny : sbyte
    {
        Least = sbyte.MinValue,
        None = 0,
    }

    private enum Huge : ulong
    {
        None = 0,
        Most = ulong.MaxValue,
    }

    [Test]
    public void Integers_of_every_type()
    {
        Same(byte.MinValue, byte.MaxValue);
        Same(sbyte.MinValue, (sbyte)-1, sbyte.MaxValue);
        Same(short.MinValue, (short)-1, short.MaxValue);
        Same(ushort.MinValue, ushort.MaxValue);
        Same(int.MinValue, -1, 0, 127, 128, int.MaxValue);
        Same(uint.MinValue, uint.MaxValue);
        Same(long.MinValue, -1, long.MaxValue);
        Same(ulong.MinValue, ulong.MaxValue);
        Same('\0', 'a', '\ud800', char.MaxValue);
        Same(true, false);
    }

    [Test]
    public void An_integer_that_does_not_fit_is_an_error()
    {
        Assert.That(() => Wire.Read<byte>([0xCD, 1, 0]), Throws.TypeOf<ProcessPool.Values.BrokenValueException>().With.Message.Contains("does not fit"));
        Assert.That(() => Wire.Read<uint>([0xFF]), Throws.TypeOf<ProcessPool.Values.BrokenValueException>());
        Assert.That(() => Wire.Read<Tiny>([0xCC, 0x80]), Throws.TypeOf<ProcessPool.Values.BrokenValueException>());
    }

    [Test]
    public void Floating_point_numbers()
    {
        Same(0f, -0f, float.Epsilon, float.MaxValue, float.NegativeInfinity, float.NaN);
        Same(0d, -0d, double.Epsilon, double.MaxValue, double.NegativeInfinity, double.NaN);
        int[] signalling = [0x7F800001, -1];
        foreach (var bits in signalling)
            Assert.That(BitConverter.SingleToInt32Bits(Wire.RoundTrip(BitConverter.Int32BitsToSingle(bits))), Is.EqualTo(bits));
    }

    [Test]
    public void Text()
    {
        Same(null, "", "a", "ä€😀", "nul\0nul", new string('x', 100_000));
        Assert.That(Wire.RoundTrip("\ud800") == "\ud800", Is.True);
    }

    [Test]
    public void Enums_by_their_integer_named_or_not()
    {
        Same(Tiny.Least, Tiny.None, (Tiny)5);
        Same(Huge.None, Huge.Most);
        Same(DayOfWeek.Friday);
        Same<DayOfWeek?>(null, DayOfWeek.Friday);
        Same(new WithEnums(Tiny.Least, Huge.Most, DayOfWeek.Monday));
    }

    [Test]
    public void The_small_types_of_the_framework()
    {
        Same(decimal.MinValue, decimal.MaxValue, 1.0m, 1.00m);
        Assert.That(decimal.GetBits(Wire.RoundTrip(1.00m)), Is.EqualTo(decimal.GetBits(1.00m)));
        Same(Guid.Empty, Guid.NewGuid());
        Same(DateTime.MinValue, DateTime.MaxValue);
        foreach (var kind in Enum.GetValues<DateTimeKind>())
            Assert.That(Wire.RoundTrip(new DateTime(2024, 2, 29, 1, 2, 3, kind)).Kind, Is.EqualTo(kind));
        Same(DateTimeOffset.MinValue, new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(-9.5)));
        Assert.That(Wire.RoundTrip(new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(2))).Offset, Is.EqualTo(TimeSpan.FromHours(2)));
        Same(TimeSpan.MinValue, TimeSpan.MaxValue);
        Same(DateOnly.MaxValue);
        Same(TimeOnly.MaxValue);
        Same(Half.Epsilon, Half.NaN);
        Same(Int128.MinValue);
        Same(UInt128.MaxValue);
        Same(new Rune(0x1F600));
        Same(new Complex(1, double.NegativeInfinity));
        Same(new Index(3, true));
        Same(1..^2);
        Same(BigInteger.Zero, BigInteger.MinusOne, BigInteger.Pow(-7, 1000), BigInteger.Pow(2, 100_000));
        Same(new Vector3(1, 2, 3));
    }

    [Test]
    public void Nullable_values()
    {
        Same<int?>(null, 0, -1);
        Same<decimal?>(null, 1.5m);
        Same<(int, string?)?>(null, (1, null));
    }

    [Test]
    public void Tuples_of_every_arity()
    {
        Same(default(ValueTuple));
        Same(ValueTuple.Create(1));
        Same((1, "2", 3.0));
        Same((1, 2, 3, 4, 5, 6, 7));
        Same((1, 2, 3, 4, 5, 6, 7, "8"));
        Same((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, "16", 17));
        Same<Tuple<int>?>(null, Tuple.Create(1));
        Same(Tuple.Create(1, "2", 3m, '4', 5L, (byte)6, 7f));
        Same(Tuple.Create(1, 2, 3, 4, 5, 6, 7, "8"));
        Same(new KeyValuePair<string, int?>("k", null));
        Assert.That(Wire.Write((1, "2")), Is.EqualTo(new byte[] { 0x92, 1, 0xA1, (byte)'2' }));
    }

    private static void Same<T>(params T[] values)
    {
        foreach (var value in values)
            Assert.That(EqualityComparer<T>.Default.Equals(Wire.RoundTrip(value), value), Is.True, () => $"{typeof(T)} {value}");
    }

    private sealed record WithEnums(Tiny Tiny, Huge Huge, DayOfWeek Day);
}
