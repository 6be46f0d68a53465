using System.Runtime.InteropServices;

namespace ProcessPool.MessagePack;

/// <summary>A range of memory: its content as an array, over which it arrives; false for the default value.</summary>
internal sealed class MemoryFormatter<T>(FormatterBuilder builder) : Formatter<Memory<T>>
{
    private readonly MemoryContent<T> _content = new(builder, typeof(Memory<T>));

    public override void Write(MessagePackWriter writer, Memory<T> value) => _content.Write(writer, value);

    public override Memory<T> Read(MessagePackReader reader) => _content.Read(reader);
}

/// <inheritdoc cref="MemoryFormatter{T}"/>
internal sealed class ReadOnlyMemoryFormatter<T>(FormatterBuilder builder) : Formatter<ReadOnlyMemory<T>>
{
    private readonly MemoryContent<T> _content = new(builder, typeof(ReadOnlyMemory<T>));

    public override void Write(MessagePackWriter writer, ReadOnlyMemory<T> value) => _content.Write(writer, value);

    public override ReadOnlyMemory<T> Read(MessagePackReader reader) => _content.Read(reader);
}

/// <summary>A part of an array: only that part, over an array of which it arrives; false for the default value.</summary>
internal sealed class ArraySegmentFormatter<T>(FormatterBuilder builder) : Formatter<ArraySegment<T>>
{
    private readonly Sequence<T> _elements = new(builder);

    public override void Write(MessagePackWriter writer, ArraySegment<T> value)
    {
        if (value.Array is { } array) _elements.Write(writer, array, value.Offset, value.Count, Type);
        else Sequence<T>.WriteDefault(writer);
    }

    public override ArraySegment<T> Read(MessagePackReader reader) =>
        _elements.ReadOrDefault(reader, Type) is { } array ? new(array) : default;
}

/// <summary>What a range of memory holds, wherever it lies: in an array, a string, native memory.</summary>
internal sealed class MemoryContent<T>(FormatterBuilder builder, Type type)
{
    private readonly Sequence<T> _elements = new(builder);

    public void Write(MessagePackWriter writer, ReadOnlyMemory<T> value)
    {
        if (value.Equals(default)) Sequence<T>.WriteDefault(writer);
        else if (MemoryMarshal.TryGetArray(value, out var part)) _elements.Write(writer, part.Array!, part.Offset, part.Count, type);
        else _elements.Write(writer, value.ToArray(), type);
    }

    public T[]? Read(MessagePackReader reader) => _elements.ReadOrDefault(reader, type);
}
