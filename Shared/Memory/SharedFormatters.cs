using System.Runtime.CompilerServices;
using ProcessPool.MessagePack;

namespace ProcessPool.Memory;

/// <summary>Shared arrays, values and data travel as the knowledge of where they lie.</summary>
internal static class SharedFormatters
{
    /// <returns>Null for any other type.</returns>
    /// <exception cref="ValueException">The elements mean nothing in another process.</exception>
    public static Formatter? TryCreate(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (definition == typeof(SharedData<>)) return FormatterBuilder.New(typeof(SharedDataFormatter<>), type.GetGenericArguments());
        var formatter = definition == typeof(SharedArray<>) ? typeof(SharedArrayFormatter<>)
            : definition == typeof(SharedValue<>) ? typeof(SharedValueFormatter<>)
            : null;
        if (formatter is null) return null;
        SharedElements.Check(type.GetGenericArguments()[0]);
        return (Formatter)Activator.CreateInstance(formatter.MakeGenericType(type.GetGenericArguments()))!;
    }
}

/// <summary>[id, kind, path, size, offset, [length, …]], the numbers in bytes but for the lengths; or nil.</summary>
internal sealed class SharedArrayFormatter<T> : Formatter<SharedArray<T>?>
    where T : unmanaged
{
    private const int Parts = 6;

    public override void Write(MessagePackWriter writer, SharedArray<T>? value)
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

    public override SharedArray<T>? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        if (reader.ReadArrayHeader() != Parts) throw new MessagePackException("Expected the parts of a shared array.");
        var id = reader.ReadInt64();
        var kind = (MemoryKind)reader.ReadInt32();
        var path = reader.ReadString() ?? throw new MessagePackException("A shared array without a path.");
        var size = reader.ReadInt64();
        var offset = reader.ReadInt64();
        var shape = ReadShape(reader);

        // The other process may be corrupt; and the memory that this one has may be smaller than it says.
        var length = shape.Length * Unsafe.SizeOf<T>();
        if (size < 0 || offset < 0 || offset > size - length || offset % Unsafe.SizeOf<T>() != 0) throw OutOfBounds(shape);
        var memory = SharedMemories.Get(id, kind, path, size, out var isNew);
        if (memory.Size < size) throw OutOfBounds(shape);
        return new SharedArray<T>(memory, offset, shape, owns: isNew);
    }

    private static Shape ReadShape(MessagePackReader reader)
    {
        var rank = reader.ReadArrayHeader();
        if (rank is < 1 or > Shape.MostDimensions) throw new MessagePackException($"A shared array of {rank} dimensions.");
        Span<long> lengths = stackalloc long[rank];
        foreach (ref var length in lengths) length = reader.ReadInt64();
        try
        {
            return Shape.Of(Unsafe.SizeOf<T>(), lengths);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new MessagePackException($"Lengths of a shared array: {e.Message}");
        }
    }

    private static MessagePackException OutOfBounds(Shape shape) => new($"A shared array of {shape} lies outside its memory.");
}

/// <summary>As an array of one element.</summary>
internal sealed class SharedValueFormatter<T> : Formatter<SharedValue<T>?>
    where T : unmanaged
{
    private readonly SharedArrayFormatter<T> _array = new();

    public override void Write(MessagePackWriter writer, SharedValue<T>? value) => _array.Write(writer, value?.Array);

    public override SharedValue<T>? Read(MessagePackReader reader) =>
        _array.Read(reader) switch
        {
            null => null,
            { Rank: 1, Length: 1 } array => new SharedValue<T>(array),
            _ => throw new MessagePackException("A shared array where a shared value should be."),
        };
}

/// <summary>As the array of the bytes that the value is encoded as: it is decoded when it is first needed.</summary>
internal sealed class SharedDataFormatter<T> : Formatter<SharedData<T>?>
{
    private readonly SharedArrayFormatter<byte> _bytes = new();

    public override void Write(MessagePackWriter writer, SharedData<T>? value) => _bytes.Write(writer, value?.Bytes);

    public override SharedData<T>? Read(MessagePackReader reader) => _bytes.Read(reader) is { } bytes ? new SharedData<T>(bytes) : null;
}
