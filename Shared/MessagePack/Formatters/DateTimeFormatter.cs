namespace ProcessPool.MessagePack;

/// <summary>
/// A point in time that is UTC as MessagePack's own timestamp, which every implementation reads; any other as its bytes in
/// memory, which also hold its kind, and in a local one whether it is the first or the second of the hour that occurs twice.
/// </summary>
internal sealed class DateTimeFormatter : Formatter<DateTime>
{
    private static readonly RawFormatter<DateTime> Raw = new();

    public override void Write(MessagePackWriter writer, DateTime value)
    {
        if (value.Kind == DateTimeKind.Utc) writer.WriteTimestamp(value);
        else Raw.Write(writer, value);
    }

    public override DateTime Read(MessagePackReader reader) =>
        reader.NextType == MessagePackType.Extension ? reader.ReadTimestamp() : Raw.Read(reader);
}
