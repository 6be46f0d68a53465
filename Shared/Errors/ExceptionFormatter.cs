using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Errors;

/// <summary>
/// Exceptions as values: rebuilt where that is safe, as those are that a task throws; else described by a
/// <see cref="RemoteTaskException"/>, where the declared type allows that.
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
            typeof(T), $"It could not be rebuilt in this process, only described: {exception.Message} Declare it as Exception.", exception);
    }
}
