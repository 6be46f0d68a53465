using System.Buffers;
using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>A bit array: an array of the number of bits and the bytes that hold them, lowest bit first.</summary>
internal sealed class BitArrayFormatter : ContentFormatter<BitArray>
{
    protected override void WriteContent(ref MessagePackWriter writer, BitArray bits, MessagePackSerializerOptions options)
    {
        var bytes = new byte[BytesOf(bits.Length)];
        bits.CopyTo(bytes, 0);
        writer.WriteArrayHeader(2);
        writer.Write(bits.Length);
        writer.WriteBlock(bytes, 0, bytes.Length, options);
    }

    protected override BitArray ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        var count = reader.ReadArrayHeader();
        if (count != 2) throw new BrokenValueException($"Expected a number of bits and their bytes, found an array of {count}.");
        var length = (int)reader.ReadNumber(0, int.MaxValue, "a number of bits");
        var block = reader.ReadBlock();
        if (block.Length != BytesOf(length)) throw new BrokenValueException($"Expected the bytes of {length} bits, found {block.Length}.");
        var bits = new BitArray(length);
        var bytes = CollectionsMarshal.AsBytes(bits)[..(int)block.Length];
        block.CopyTo(bytes);
        if ((length & 7) != 0 && bytes[^1] >> (length & 7) != 0) throw new BrokenValueException($"There are more than {length} bits.");
        return bits;
    }

    private static int BytesOf(int bits) => (int)((bits + 7L) / 8);
}

/// <summary>A list of anything that can be sent as <see cref="object"/>.</summary>
internal sealed class ArrayListFormatter(FormatterBuilder builder) : ContentFormatter<ArrayList>
{
    private readonly Sequence<object?> _elements = new(builder);

    protected override void WriteContent(ref MessagePackWriter writer, ArrayList list, MessagePackSerializerOptions options)
    {
        if (list.GetType() != Type) throw Refused.RuntimeType(Type, list.GetType());
        _elements.Write(ref writer, list.ToArray(), Type, options);
    }

    protected override ArrayList ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options) =>
        new ArrayList(_elements.Read(ref reader, Type, options));
}

/// <summary>
/// A dictionary of anything that can be sent as <see cref="object"/>: an array of its comparer and its pairs of key and value.
/// </summary>
internal sealed class HashtableFormatter(FormatterBuilder builder) : ContentFormatter<Hashtable>
{
    private readonly Sequence<KeyValuePair<object, object?>> _pairs = new(builder);

    protected override void WriteContent(ref MessagePackWriter writer, Hashtable table, MessagePackSerializerOptions options)
    {
        if (table.GetType() != Type) throw Refused.RuntimeType(Type, table.GetType());
        writer.WriteArrayHeader(2);
        writer.Write(Comparers.NumberOf(Comparer(table), Type));
        var pairs = new List<KeyValuePair<object, object?>>(table.Count);
        foreach (DictionaryEntry entry in table) pairs.Add(new(entry.Key, entry.Value));
        _pairs.Write(ref writer, [.. pairs], Type, options);
    }

    protected override bool NeedsCompleteContent => true;

    protected override Hashtable ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        HashParts.ReadHeader(ref reader);
        var comparer = Comparers.ReadUntyped(ref reader);
        var pairs = _pairs.Read(ref reader, Type, options);
        CheckKeys(pairs);
        var table = new Hashtable(pairs.Length, comparer);
        foreach (var pair in pairs)
        {
            if (pair.Key is null) throw HashParts.BadKey("is nil");
            if (table.ContainsKey(pair.Key)) throw HashParts.BadKey("occurs twice");
            table.Add(pair.Key, pair.Value);
        }

        return table;
    }

    /// <summary>
    /// Checks only keys that are not strings. A comparer can only be a string comparer, which does not apply to them.
    /// </summary>
    private static void CheckKeys(KeyValuePair<object, object?>[] pairs)
    {
        if (pairs.Length < KeyCrowding<object>.Small) return;

        // Only keys with equal hash codes collide here, regardless of the bucket they start in.
        KeyCrowding<object>.Check([.. pairs.Select(static pair => pair.Key).Where(static key => key is not (null or string))], null);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EqualityComparer")]
    private static extern IEqualityComparer? Comparer(Hashtable table);
}
