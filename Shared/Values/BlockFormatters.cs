using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>An array whose elements are just their bytes, as one block. Large arrays are sent without a copy.</summary>
internal sealed class BlockArrayFormatter<T> : ContentFormatter<T[]>, IBlockFormatter<T>
    where T : unmanaged
{
    protected override void WriteContent(ref MessagePackWriter writer, T[] value, MessagePackSerializerOptions options)
    {
        // The runtime lets an int[] be used as a uint[], and an array of an enum as an array of its integer type.
        if (value.GetType() != typeof(T[])) throw Refused.RuntimeType(typeof(T[]), value.GetType());
        writer.WriteBlock(value, 0, BlockSize.OfElements<T>(value.Length, typeof(T[])), options);
    }

    protected override T[] ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options) =>
        reader.ReadBlock<T>();

    public T[] ReadElements(ref MessagePackReader reader) => reader.ReadBlock<T>();

    public override MemoryManager<byte>? MakeBlock(int bytes) => BlockSize.MakeBlock<T>(bytes);
}

/// <summary>Reads the elements of any collection that are sent as one block.</summary>
internal interface IBlockFormatter<T>
{
    T[] ReadElements(ref MessagePackReader reader);
}

/// <summary>A list whose elements are just their bytes, as one block. Large lists are sent without a copy.</summary>
internal sealed class BlockListFormatter<T> : ContentFormatter<List<T>>
    where T : unmanaged
{
    protected override void WriteContent(ref MessagePackWriter writer, List<T> value, MessagePackSerializerOptions options)
    {
        if (value.GetType() != typeof(List<T>)) throw Refused.RuntimeType(typeof(List<T>), value.GetType());
        writer.WriteBlock(Items(value), 0, BlockSize.OfElements<T>(value.Count, typeof(List<T>)), options);
    }

    protected override List<T> ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        var elements = reader.ReadBlock<T>();
        var list = new List<T>();
        if (elements.Length == 0) return list;
        Items(list) = elements;
        CollectionsMarshal.SetCount(list, elements.Length);
        return list;
    }

    public override MemoryManager<byte>? MakeBlock(int bytes) => BlockSize.MakeBlock<T>(bytes);

    /// <summary>The list's internal array. A block must refer to an array, which the span of a list does not provide.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_items")]
    private static extern ref T[] Items(List<T> list);
}

/// <summary>Converts between numbers of elements and numbers of bytes.</summary>
internal static class BlockSize
{
    public static int OfElements<T>(int count, Type type)
        where T : unmanaged
    {
        var bytes = (long)count * Unsafe.SizeOf<T>();
        return bytes <= int.MaxValue ? (int)bytes : throw Refused.TooLong(type, bytes);
    }

    /// <inheritdoc cref="ValueFormatter.MakeBlock"/>
    public static BlockMemory<T>? MakeBlock<T>(int bytes)
        where T : unmanaged =>
        bytes % Unsafe.SizeOf<T>() == 0 ? new BlockMemory<T>(GC.AllocateUninitializedArray<T>(bytes / Unsafe.SizeOf<T>())) : null;
}
