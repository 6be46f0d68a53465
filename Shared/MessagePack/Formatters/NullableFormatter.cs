namespace ProcessPool.MessagePack;

/// <summary>The value, or nil.</summary>
internal sealed class NullableFormatter<T>(Formatter<T> inner) : Formatter<T?>
    where T : struct
{
    public override void Write(MessagePackWriter writer, T? value)
    {
        if (value is { } present) inner.Write(writer, present);
        else writer.WriteNil();
    }

    public override T? Read(MessagePackReader reader) => reader.TryReadNil() ? null : inner.Read(reader);
}
