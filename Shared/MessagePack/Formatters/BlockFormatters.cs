using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcessPool.MessagePack;

/// <summary>An array whose elements are no more than their bytes, as one block: large ones are written from where they lie.</summary>
internal sealed class BlockArrayFormatter<T> : Formatter<T[]?>
    where T : unmanaged
{
    public override void Write(MessagePackWriter writer, T[]? value)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        // The runtime lets an int[] pass for a uint[], and an array of an enum for one of its integers.
        if (value.GetType() != typeof(T[])) throw Refused.RuntimeType(typeof(T[]), value.GetType());
        writer.WriteBlock(value, 0, BlockSize.OfElements<T>(value.Length, typeof(T[])));
    }

    public override T[]? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        return reader.ReadBlock<T>(BlockSize.ReadElements<T>(reader));
    }
}

/// <summary>A list whose elements are no more than their bytes, as one block: large ones are written from where they lie.</summary>
internal sealed class BlockListFormatter<T> : Formatter<List<T>?>
    where T : unmanaged
{
    public override void Write(MessagePackWriter writer, List<T>? value)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        if (value.GetType() != typeof(List<T>)) throw Refused.RuntimeType(typeof(List<T>), value.GetType());
        writer.WriteBlock(Items(value), 0, BlockSize.OfElements<T>(value.Count, typeof(List<T>)));
    }

    public override List<T>? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        var elements = reader.ReadBlock<T>(BlockSize.ReadElements<T>(reader));
        var list = new List<T>();
        if (elements.Length == 0) return list;
        Items(list) = elements;
        CollectionsMarshal.SetCount(list, elements.Length);
        return list;
    }

    /// <summary>The array that the list keeps its elements in; the block must refer to an array, which a span does not give.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_items")]
    private static extern ref T[] Items(List<T> list);
}

/// <summary>Counts of elements and of bytes.</summary>
internal static class BlockSize
{
    public static int OfElements<T>(int count, Type type)
        where T : unmanaged
    {
        var bytes = (long)count * Unsafe.SizeOf<T>();
        return bytes <= int.MaxValue ? (int)bytes : throw Refused.TooLong(type, bytes);
    }

    public static int ReadElements<T>(MessagePackReader reader)
        where T : unmanaged
    {
        var length = reader.ReadBinHeader();
        var (count, rest) = Math.DivRem(length, Unsafe.SizeOf<T>());
        return rest == 0 ? count : throw new MessagePackException($"{length} bytes are no whole number of {typeof(T)}.");
    }
}
