using System.Buffers.Binary;

namespace ProcessPool.MessagePack;

/// <summary>
/// The timestamp of the specification: an extension of type -1 with 4 bytes (seconds), 8 (30 bits of nanoseconds, 34 of
/// seconds) or 12 (32 bits of nanoseconds, 64 of seconds, signed). Read in any form, written in the shortest.
/// </summary>
internal static class Timestamps
{
    private const int LongestForm = 12;
    private const long MostSecondsOf34Bits = (1L << 34) - 1;
    private const uint NanosecondsPerSecond = 1_000_000_000;
    private const int NanosecondsPerTick = 100;
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;

    /// <summary>Writes a point in time; one that is not UTC is converted.</summary>
    public static void WriteTimestamp(this MessagePackWriter writer, DateTime value)
    {
        var ticks = value.ToUniversalTime().Ticks - DateTime.UnixEpoch.Ticks;
        var (seconds, rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }

        var nanoseconds = (uint)rest * NanosecondsPerTick;
        Span<byte> bytes = stackalloc byte[LongestForm];
        if (seconds is < 0 or > MostSecondsOf34Bits)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(bytes[4..], seconds);
        }
        else if (nanoseconds != 0 || seconds > uint.MaxValue)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)nanoseconds << 34) | (ulong)seconds);
            bytes = bytes[..8];
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)seconds);
            bytes = bytes[..4];
        }

        writer.WriteExtension(ExtensionType.Timestamp, bytes);
    }

    /// <summary>Reads a point in time, in UTC; nanoseconds beyond what <see cref="DateTime"/> can tell are cut off.</summary>
    /// <exception cref="MessagePackException">No timestamp, or one outside the years 1 to 9999.</exception>
    public static DateTime ReadTimestamp(this MessagePackReader reader)
    {
        var header = reader.ReadExtensionHeader();
        if (header.TypeCode != ExtensionType.Timestamp || header.Length is not (4 or 8 or LongestForm))
            throw new MessagePackException($"Expected a timestamp, found an extension of type {header.TypeCode} with {header.Length} bytes.");
        Span<byte> bytes = stackalloc byte[LongestForm];
        bytes = bytes[..header.Length];
        reader.ReadRaw(bytes);
        var (seconds, nanoseconds) = header.Length switch
        {
            4 => (BinaryPrimitives.ReadUInt32BigEndian(bytes), 0u),
            8 => ((long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) & (ulong)MostSecondsOf34Bits), (uint)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 34)),
            _ => (BinaryPrimitives.ReadInt64BigEndian(bytes[4..]), BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        };
        if (nanoseconds >= NanosecondsPerSecond) throw MessagePackException.OutOfRange(nanoseconds.ToString(), "the nanoseconds of a timestamp");
        if (seconds is < FirstSecond or > LastSecond) throw MessagePackException.OutOfRange(seconds.ToString(), "the seconds of a DateTime");
        return DateTime.UnixEpoch.AddTicks((seconds * TimeSpan.TicksPerSecond) + (nanoseconds / NanosecondsPerTick));
    }
}
