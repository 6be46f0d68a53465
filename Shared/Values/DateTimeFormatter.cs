using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// Sends UTC times as MessagePack timestamps, which every implementation can read. Other times are sent as their bytes in memory,
/// which include the kind and, for local times in the hour that occurs twice, whether it is the first or the second one.
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
            throw new BrokenValueException("A timestamp is outside the years 1 to 9999.", e);
        }
    }
}
