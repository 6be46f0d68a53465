using System.Runtime.InteropServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// A range of memory: its content as an array, or false for the default value. It arrives as memory over a new array.
/// </summary>
internal sealed class MemoryFormatter<T>(FormatterBuilder builder) : ValueFormatter<Memory<T>>
{
    private readonly MemoryContent<T> _content = new(builder, typeof(Memory<T>));

    public override void Serialize(ref MessagePackWriter writer, Memory<T> value, MessagePackSerializerOptions options) => _content.Serialize(ref writer, value, options);

    public override Memory<T> Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => _content.Deserialize(ref reader, options);
}

/// <inheritdoc cref="MemoryFormatter{T}"/>
internal sealed class ReadOnlyMemoryFormatter<T>(FormatterBuilder builder) : ValueFormatter<ReadOnlyMemory<T>>
{
    private readonly MemoryContent<T> _content = new(builder, typeof(ReadOnlyMemory<T>));

    public override void Serialize(ref MessagePackWriter writer, ReadOnlyMemory<T> value, MessagePackSerializerOptions options) => _content.Serialize(ref writer, value, options);

    public override ReadOnlyMemory<T> Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => _content.Deserialize(ref reader, options);
}

/// <summary>
/// A part of an array: only that part, or false for the default value. It arrives as a new array of only that part.
/// </summary>
internal sealed class ArraySegmentFormatter<T>(FormatterBuilder builder) : ValueFormatter<ArraySegment<T>>
{
    private readonly Sequence<T> _elements = new(builder);

    public override void Serialize(ref MessagePackWriter writer, ArraySegment<T> value, MessagePackSerializerOptions options)
    {
        if (value.Array is { } array) _elements.Write(ref writer, array, value.Offset, value.Count, Type, options);
        else Sequence<T>.WriteDefault(ref writer);
    }

    public override ArraySegment<T> Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        _elements.ReadOrDefault(ref reader, Type, options) is { } array ? new(array) : default;
}

/// <summary>Sends the content of a range of memory, whether it is in an array, a string or native memory.</summary>
internal sealed class MemoryContent<T>(FormatterBuilder builder, Type type)
{
    private readonly Sequence<T> _elements = new(builder);

    public void Serialize(ref MessagePackWriter writer, ReadOnlyMemory<T> value, MessagePackSerializerOptions options)
    {
        if (value.Equals(default)) Sequence<T>.WriteDefault(ref writer);
        else if (MemoryMarshal.TryGetArray(value, out var part)) _elements.Write(ref writer, part.Array!, part.Offset, part.Count, type, options);
        else _elements.Write(ref writer, value.ToArray(), type, options);
    }

    public T[]? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => _elements.ReadOrDefault(ref reader, type, options);
}
