using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcessPool.MessagePack;

/// <summary>Bits: an array of how many, and of the bytes that hold them, the lowest bit first.</summary>
internal sealed class BitArrayFormatter : Formatter<BitArray?>
{
    public override void Write(MessagePackWriter writer, BitArray? bits)
    {
        if (bits is null)
        {
            writer.WriteNil();
            return;
        }

        var bytes = new byte[BytesOf(bits.Length)];
        bits.CopyTo(bytes, 0);
        writer.WriteArrayHeader(2);
        writer.Write(bits.Length);
        writer.WriteBlock(bytes, 0, bytes.Length);
    }

    public override BitArray? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        var count = reader.ReadArrayHeader();
        if (count != 2) throw new MessagePackException($"Expected a number of bits and their bytes, found an array of {count}.");
        var length = (int)reader.ReadInt64(0, int.MaxValue, "a number of bits");
        var size = reader.ReadBinHeader();
        if (size != BytesOf(length)) throw new MessagePackException($"Expected the bytes of {length} bits, found {size}.");
        var bits = new BitArray(length);
        var bytes = CollectionsMarshal.AsBytes(bits)[..size];
        reader.ReadRaw(bytes);
        if ((length & 7) != 0 && bytes[^1] >> (length & 7) != 0) throw new MessagePackException($"There are more than {length} bits.");
        return bits;
    }

    private static int BytesOf(int bits) => (int)((bits + 7L) / 8);
}

/// <summary>A list of anything that <see cref="object"/> may be.</summary>
internal sealed class ArrayListFormatter(FormatterBuilder builder) : Formatter<ArrayList?>
{
    private readonly Sequence<object?> _elements = new(builder);

    public override void Write(MessagePackWriter writer, ArrayList? list)
    {
        if (list is null)
        {
            writer.WriteNil();
            return;
        }

        if (list.GetType() != Type) throw Refused.RuntimeType(Type, list.GetType());
        _elements.Write(writer, list.ToArray(), Type);
    }

    public override ArrayList? Read(MessagePackReader reader) =>
        reader.TryReadNil() ? null : new ArrayList(_elements.Read(reader, Type));
}

/// <summary>A dictionary of anything that <see cref="object"/> may be: an array of its comparer and of keys and values in turn.</summary>
internal sealed class HashtableFormatter(FormatterBuilder builder) : Formatter<Hashtable?>
{
    private readonly Sequence<KeyValuePair<object, object?>> _pairs = new(builder);

    public override void Write(MessagePackWriter writer, Hashtable? table)
    {
        if (table is null)
        {
            writer.WriteNil();
            return;
        }

        if (table.GetType() != Type) throw Refused.RuntimeType(Type, table.GetType());
        writer.WriteArrayHeader(2);
        writer.Write(Comparers.NumberOf(Comparer(table), Type));
        var pairs = new List<KeyValuePair<object, object?>>(table.Count);
        foreach (DictionaryEntry entry in table) pairs.Add(new(entry.Key, entry.Value));
        _pairs.Write(writer, [.. pairs], Type);
    }

    public override Hashtable? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        HashParts.ReadHeader(reader);
        var comparer = Comparers.ReadUntyped(reader);
        var pairs = _pairs.Read(reader, Type);
        CheckKeys(pairs);
        var table = new Hashtable(pairs.Length, comparer);
        foreach (var pair in pairs)
        {
            if (pair.Key is null) throw HashParts.BadKey("nil");
            if (table.ContainsKey(pair.Key)) throw HashParts.BadKey("twice the same");
            table.Add(pair.Key, pair.Value);
        }

        return table;
    }

    /// <summary>A comparer there can be is one of text, which keys that are none are compared without.</summary>
    private static void CheckKeys(KeyValuePair<object, object?>[] pairs)
    {
        if (pairs.Length < KeyCrowding<object>.Small) return;

        // Only keys with the same hash code get into each other's way, in whatever bucket they start.
        KeyCrowding<object>.Check([.. pairs.Select(static pair => pair.Key).Where(static key => key is not (null or string))], null);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EqualityComparer")]
    private static extern IEqualityComparer? Comparer(Hashtable table);
}
