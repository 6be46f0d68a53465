using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Memory;
using ProcessPool.Values;

namespace ProcessPool;

/// <summary>
/// Creates data that each worker reads only once, no matter how many items and calls use it. See <see cref="SharedData{T}"/>.
/// </summary>
public static class SharedData
{
    /// <summary>
    /// Encodes a value into memory that workers open. Workers do not see later changes of the value. Formatters that types name
    /// themselves (<see cref="ValueFormatterAttribute"/>) are used. Formatters that are registered with a pool are not.
    /// </summary>
    /// <typeparam name="T">The type as which the value is encoded: any type that can be sent.</typeparam>
    /// <param name="value">The value; may be null.</param>
    /// <exception cref="ValueException">The value cannot be sent to another process. The message gives the path to the
    /// cause.</exception>
    /// <exception cref="InsufficientMemoryException">There is not enough memory.</exception>
    /// <exception cref="IOException">Shared memory must be in files, and there is not enough space for it.</exception>
    public static SharedData<T> Create<T>(T value)
    {
        FunctionFormatters.Register();
        var message = new FrameBuffer();
        var writer = new MessagePackWriter(message);
        Formatters.Get<T>().Write(ref writer, value, message.ContextOf(Formatters.Default));
        writer.Flush();
        var bytes = SharedArray.Create<byte>(message.Length);
        var start = 0L;
        foreach (var segment in message.Segments)
        {
            segment.CopyTo(bytes.AsSpan(start, segment.Length));
            start += segment.Length;
        }

        var memory = bytes.OpenMemory();
        memory.Content = new SharedContent<T>(value);
        return new SharedData<T>(bytes);
    }
}
