using ProcessPool.MessagePack;

namespace ProcessPool.Errors;

/// <summary>
/// Exceptions as values: rebuilt where that is safe, as those are that a task throws; else described by a
/// <see cref="RemoteTaskException"/>, where the declared type allows that.
/// </summary>
internal sealed class ExceptionFormatter<T> : Formatter<T?>
    where T : Exception
{
    public override void Write(MessagePackWriter writer, T? value)
    {
        if (value is null) writer.WriteNil();
        else RemoteExceptionWriter.Write(writer, value);
    }

    public override T? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        var exception = RemoteExceptionReader.Read(reader);
        return exception as T ?? throw ValueException.At(
            typeof(T), $"It could not be rebuilt in this process, only described: {exception.Message} Declare it as Exception.", exception);
    }
}
