using System.Runtime.InteropServices;
using System.Text;

namespace ProcessPool.Tests.Formatters;

/// <summary>Where values travel as their bytes in memory, a process that is corrupt could send what nobody can make.</summary>
[TestFixture]
internal sealed class Bytes_that_are_no_value_are_refused
{
    [Test]
    public void Of_the_framework_types_that_have_such_bytes()
    {
        Refused<decimal>([0, 0, 0x1D, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Refused<decimal>([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Refused<DateTime>([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F]);
        Refused<DateTimeOffset>(Offset(DateTime.UnixEpoch.Ticks, 841));
        Refused<DateTimeOffset>(Offset(0, -1));
        Refused<TimeOnly>(BitConverter.GetBytes(TimeSpan.TicksPerDay));
        Refused<DateOnly>(BitConverter.GetBytes(-1));
        Refused<Rune>(BitConverter.GetBytes(0xD800));
    }

    [Test]
    public void In_arrays_too()
    {
        Refused<bool[]>([0, 1, 2]);
        Refused<List<DateOnly>>([0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        Assert.That(
            () => Wire.Read<bool[,]>([0x92, 0x94, 0, 1, 0, 2, 0xC4, 2, 1, 3]), Throws.TypeOf<ProcessPool.MessagePack.MessagePackException>());
    }

    [Test]
    public void And_the_outermost_values_are_not()
    {
        Same(decimal.MinValue, decimal.MaxValue, new decimal(1, 2, 3, true, 28), -0.0m);
        Same(DateTime.MinValue, DateTime.MaxValue, DateTime.UnixEpoch, new DateTime(1, DateTimeKind.Local), DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc));
        Same(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, new DateTimeOffset(1, 1, 1, 14, 0, 0, TimeSpan.FromHours(14)), new DateTimeOffset(9999, 12, 31, 9, 59, 59, TimeSpan.FromHours(-14)));
        Same(TimeOnly.MinValue, TimeOnly.MaxValue);
        Same(DateOnly.MinValue, DateOnly.MaxValue);
        Same(Rune.ReplacementChar, new Rune(0x10FFFF), default);
        Same(true, false);
    }

    [Test]
    public void A_time_in_UTC_is_a_timestamp_of_the_specification()
    {
        Assert.That(Wire.Write(DateTime.UnixEpoch.AddSeconds(1)), Is.EqualTo(new byte[] { 0xD6, 0xFF, 0, 0, 0, 1 }));
        Assert.That(Wire.Read<DateTime>([0xD6, 0xFF, 0, 0, 0, 1]).Kind, Is.EqualTo(DateTimeKind.Utc));
        foreach (var kind in Enum.GetValues<DateTimeKind>())
            Assert.That(Wire.RoundTrip(new DateTime(2026, 1, 2, 3, 4, 5, 678, kind)).Kind, Is.EqualTo(kind));
    }

    private static void Same<T>(params T[] values)
        where T : unmanaged
    {
        foreach (var value in values) Assert.That(Wire.RoundTrip(value), Is.EqualTo(value));
        Assert.That(MemoryMarshal.AsBytes<T>(Wire.RoundTrip(values)).ToArray(), Is.EqualTo(MemoryMarshal.AsBytes<T>(values).ToArray()));
    }

    private static void Refused<T>(byte[] bytes) => Assert.That(
        () => Wire.Read<T>([0xC4, (byte)bytes.Length, .. bytes]),
        Throws.TypeOf<ProcessPool.MessagePack.MessagePackException>().With.Message.Contains("no value"), typeof(T).Name);

    private static byte[] Offset(long ticks, int minutes)
    {
        var bytes = new byte[16];
        var (date, offset) = Layout();
        BitConverter.TryWriteBytes(bytes.AsSpan(date), ticks);
        BitConverter.TryWriteBytes(bytes.AsSpan(offset), minutes);
        return bytes;
    }

    /// <summary>Where the parts of a DateTimeOffset lie, which nobody promises.</summary>
    private static (int Date, int Offset) Layout()
    {
        DateTimeOffset[] sample = [new DateTimeOffset(DateTime.UnixEpoch.Ticks, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(77))];
        var bytes = MemoryMarshal.AsBytes<DateTimeOffset>(sample).ToArray();
        return BitConverter.ToInt32(bytes) == 77 ? (8, 0) : (0, 8);
    }
}
