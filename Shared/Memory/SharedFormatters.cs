using System.Runtime.CompilerServices;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Memory;

/// <summary>Sends shared arrays, values and data as their location.</summary>
internal static class SharedFormatters
{
    /// <returns>Null for any other type.</returns>
    /// <exception cref="ValueException">The elements have no meaning in another process.</exception>
    public static ValueFormatter? TryCreate(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (definition == typeof(SharedData<>)) return FormatterBuilder.New(typeof(SharedDataFormatter<>), type.GetGenericArguments());
        var formatter = definition == typeof(SharedArray<>) ? typeof(SharedArrayFormatter<>)
            : definition == typeof(SharedValue<>) ? typeof(SharedValueFormatter<>)
            : null;
        if (formatter is null) return null;
        SharedElements.Check(type.GetGenericArguments()[0]);
        return (ValueFormatter)Activator.CreateInstance(formatter.MakeGenericType(type.GetGenericArguments()))!;
    }
}

/// <summary>[id, kind, path, size, offset, [length, …]] or nil. Size and offset are in bytes, lengths in elements.</summary>
internal sealed class SharedArrayFormatter<T> : ValueFormatter<SharedArray<T>?>
    where T : unmanaged
{
    private const int Parts = 6;

    public override void Serialize(ref MessagePackWriter writer, SharedArray<T>? value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        var memory = value.OpenMemory();
        SharedMemories.OnWritten(memory);
        writer.WriteArrayHeader(Parts);
        writer.Write(memory.Id);
        writer.Write((int)memory.Kind);
        writer.Write(memory.Path);
        writer.Write(memory.Size);
        writer.Write(value.Offset);
        writer.WriteArrayHeader(value.Rank);
        for (var dimension = 0; dimension < value.Rank; dimension++) writer.Write(value.GetLength(dimension));
    }

    public override SharedArray<T>? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil()) return null;
        if (reader.ReadArrayHeader() != Parts) throw new BrokenValueException("Expected the parts of a shared array.");
        var id = reader.ReadInt64();
        var kind = (MemoryKind)reader.ReadInt32();
        var path = reader.ReadText() ?? throw new BrokenValueException("A shared array without a path.");
        var size = reader.ReadInt64();
        var offset = reader.ReadInt64();
        var shape = ReadShape(ref reader);

        // The other process may be corrupt, and this process's memory may be smaller than it claims.
        var length = shape.Length * Unsafe.SizeOf<T>();
        if (size < 0 || offset < 0 || offset > size - length || offset % Unsafe.SizeOf<T>() != 0) throw OutOfBounds(shape);
        var memory = SharedMemories.Get(id, kind, path, size, out var isNew);
        if (memory.Size < size) throw OutOfBounds(shape);
        return new SharedArray<T>(memory, offset, shape, owns: isNew);
    }

    private static Shape ReadShape(ref MessagePackReader reader)
    {
        var rank = reader.ReadArrayHeader();
        if (rank is < 1 or > Shape.MostDimensions) throw new BrokenValueException($"A shared array of {rank} dimensions.");
        Span<long> lengths = stackalloc long[rank];
        foreach (ref var length in lengths) length = reader.ReadInt64();
        try
        {
            return Shape.Of(Unsafe.SizeOf<T>(), lengths);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new BrokenValueException($"Lengths of a shared array: {e.Message}");
        }
    }

    private static BrokenValueException OutOfBounds(Shape shape) => new($"A shared array of {shape} is outside its memory.");
}

/// <summary>Sends a shared value as an array of one element.</summary>
internal sealed class SharedValueFormatter<T> : ValueFormatter<SharedValue<T>?>
    where T : unmanaged
{
    private readonly SharedArrayFormatter<T> _array = new();

    public override void Serialize(ref MessagePackWriter writer, SharedValue<T>? value, MessagePackSerializerOptions options) => _array.Serialize(ref writer, value?.Array, options);

    public override SharedValue<T>? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        _array.Deserialize(ref reader, options) switch
        {
            null => null,
            { Rank: 1, Length: 1 } array => new SharedValue<T>(array),
            _ => throw new BrokenValueException("Expected a shared value, found a shared array."),
        };
}

/// <summary>Sends shared data as the array of its encoded bytes. It is decoded when it is first needed.</summary>
internal sealed class SharedDataFormatter<T> : ValueFormatter<SharedData<T>?>
{
    private readonly SharedArrayFormatter<byte> _bytes = new();

    public override void Serialize(ref MessagePackWriter writer, SharedData<T>? value, MessagePackSerializerOptions options) => _bytes.Serialize(ref writer, value?.Bytes, options);

    public override SharedData<T>? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => _bytes.Deserialize(ref reader, options) is { } bytes ? new SharedData<T>(bytes) : null;
}
