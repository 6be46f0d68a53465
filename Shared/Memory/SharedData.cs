using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Memory;
using ProcessPool.Values;

namespace ProcessPool;

/// <summary>Makes data that goes to each worker once, however many items and calls use it. See <see cref="SharedData{T}"/>.</summary>
public static class SharedData
{
    /// <summary>
    /// Encodes a value into memory that workers open. What changes in the value afterwards is not seen by them. By the formatters that all pools have:
    /// those that types name themselves (<see cref="ValueFormatterAttribute"/>) count, those that are registered with a pool do not.
    /// </summary>
    /// <typeparam name="T">The type as which it is encoded: any that can be sent.</typeparam>
    /// <param name="value">The value; null too.</param>
    /// <exception cref="ValueException">The value cannot be sent to another process; the message names the path to what cannot.</exception>
    /// <exception cref="InsufficientMemoryException">There is not so much memory.</exception>
    /// <exception cref="IOException">There is not so much space, where shared memory must lie in files.</exception>
    public static SharedData<T> Create<T>(T value)
    {
        FunctionFormatters.Register();
        var message = new FrameBuffer();
        var writer = new MessagePackWriter(message);
        Formatters.Get<T>().Serialize(ref writer, value, message.ContextOf(Formatters.Default));
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
