using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// A point in time that is UTC as MessagePack's own timestamp, which every implementation reads; any other as its bytes in
/// memory, which also hold its kind, and in a local one whether it is the first or the second of the hour that occurs twice.
/// </summary>
internal sealed class DateTimeFormatter : ValueFormatter<DateTime>
{
    private static readonly RawFormatter<DateTime> Raw = new();

    public override void Serialize(ref MessagePackWriter writer, DateTime value, MessagePackSerializerOptions options)
    {
        if (value.Kind == DateTimeKind.Utc) writer.Write(value);
        else Raw.Serialize(ref writer, value, options);
    }

    public override DateTime Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.NextMessagePackType != MessagePackType.Extension) return Raw.Deserialize(ref reader, options);
        try
        {
            return reader.ReadDateTime();
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new BrokenValueException("A timestamp is outside of the years 1 to 9999.", e);
        }
    }
}
