using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Errors;

/// <summary>
/// Sends exceptions as values. Like an exception that a task throws, the value is rebuilt where that is safe. Otherwise a
/// <see cref="RemoteTaskException"/> describes it, if the declared type allows that.
/// </summary>
internal sealed class ExceptionFormatter<T> : ValueFormatter<T?>
    where T : Exception
{
    public override void Serialize(ref MessagePackWriter writer, T? value, MessagePackSerializerOptions options)
    {
        if (value is null) writer.WriteNil();
        else RemoteExceptionWriter.Write(ref writer, value);
    }

    public override T? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil()) return null;
        var exception = RemoteExceptionReader.Read(ref reader);
        return exception as T ?? throw ValueException.At(
            typeof(T), $"It could not be rebuilt in this process: {exception.Message} Declare it as Exception to receive a description.", exception);
    }
}
