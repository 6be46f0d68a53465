using System.Runtime.CompilerServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>A dictionary as an array of its comparer's number and a map.</summary>
internal sealed class DictionaryFormatter<TKey, TValue>(ValueFormatter<TKey> key, ValueFormatter<TValue> value)
    : ContentFormatter<Dictionary<TKey, TValue>>
    where TKey : notnull
{
    protected override void WriteContent(ref MessagePackWriter writer, Dictionary<TKey, TValue> dictionary, MessagePackSerializerOptions options)
    {
        if (dictionary.GetType() != Type) throw Refused.RuntimeType(Type, dictionary.GetType());
        ValueContext.Enter(options, Type);
        writer.WriteArrayHeader(2);
        writer.Write(Comparers.NumberOf(dictionary.Comparer, Type));
        writer.WriteMapHeader(dictionary.Count);
        foreach (var pair in dictionary)
        {
            try
            {
                key.Serialize(ref writer, pair.Key, options);
                value.Serialize(ref writer, pair.Value, options);
            }
            catch (ValueException e) when (e.Passes(Type, HashParts.StepTo(pair.Key)))
            {
                throw;
            }
        }

        ValueContext.Leave(options);
    }

    protected override bool IsCreatedFirst(Dictionary<TKey, TValue> value) => true;

    protected override Dictionary<TKey, TValue> ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        ValueContext.Enter(ref reader);
        HashParts.ReadHeader(ref reader);
        var comparer = Comparers.Read<TKey>(ref reader);
        var count = reader.ReadMapHeader();
        var dictionary = new Dictionary<TKey, TValue>(Math.Min(count, Elements.First<(TKey, TValue)>()), comparer);
        slot.Create(dictionary);
        if (HashParts<TKey>.HoldObjects)
        {
            var pairs = Pairs.Read(ref reader, count, key, value, Type, options);
            ValueContext.Leave(ref reader);
            if (slot.IsCyclic) slot.Later(() => Fill(dictionary, pairs));
            else Fill(dictionary, pairs);
            return dictionary;
        }

        var crowding = new KeyCrowding<TKey>(dictionary.Comparer);
        for (var i = 0; i < count; i++)
        {
            var name = key.Deserialize(ref reader, options) ?? throw HashParts.BadKey("is nil");
            try
            {
                if (!dictionary.TryAdd(name, value.Deserialize(ref reader, options))) throw HashParts.BadKey("occurs twice");
                crowding.OnAdded(name, dictionary.Keys, dictionary.Count, dictionary.Capacity);
            }
            catch (Exception e) when (ValuePath.IsMissing(e, Type, HashParts.StepTo(name)))
            {
                throw ValuePath.With(e, Type, HashParts.StepTo(name));
            }
        }

        ValueContext.Leave(ref reader);
        return dictionary;
    }

    private static void Fill(Dictionary<TKey, TValue> dictionary, KeyValuePair<TKey, TValue>[] pairs)
    {
        var crowding = new KeyCrowding<TKey>(dictionary.Comparer);
        foreach (var pair in pairs)
        {
            if (!dictionary.TryAdd(pair.Key, pair.Value)) throw HashParts.BadKey("occurs twice");
            crowding.OnAdded(pair.Key, dictionary.Keys, dictionary.Count, dictionary.Capacity);
        }
    }
}

/// <summary>A set as an array of its comparer's number and an array.</summary>
internal sealed class HashSetFormatter<T>(ValueFormatter<T> element) : ContentFormatter<HashSet<T>>
{
    protected override void WriteContent(ref MessagePackWriter writer, HashSet<T> set, MessagePackSerializerOptions options)
    {
        if (set.GetType() != Type) throw Refused.RuntimeType(Type, set.GetType());
        writer.WriteArrayHeader(2);
        writer.Write(Comparers.NumberOf(set.Comparer, Type));
        var elements = new T[set.Count];
        set.CopyTo(elements);
        Elements.Write(ref writer, elements, element, Type, options);
    }

    protected override bool IsCreatedFirst(HashSet<T> value) => true;

    protected override HashSet<T> ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        HashParts.ReadHeader(ref reader);
        var comparer = Comparers.Read<T>(ref reader);
        var set = new HashSet<T>(comparer);
        slot.Create(set);
        var elements = Elements.Read(ref reader, element, Type, options);
        if (HashParts<T>.HoldObjects && slot.IsCyclic) slot.Later(() => Fill(set, elements));
        else Fill(set, elements);
        return set;
    }

    private static void Fill(HashSet<T> set, T[] elements)
    {
        set.EnsureCapacity(elements.Length);
        var crowding = new KeyCrowding<T>(set.Comparer);
        foreach (var item in elements)
        {
            if (!set.Add(item)) throw HashParts.BadKey("occurs twice");
            crowding.OnAdded(item, set, set.Count, set.Capacity);
        }
    }
}

/// <summary>What is known of the keys of dictionaries and the elements of sets from their type.</summary>
internal static class HashParts<TKey>
{
    /// <summary>Whether they are or hold objects, whose hash codes or order may depend on content that is not read yet.</summary>
    public static readonly bool HoldObjects = RuntimeHelpers.IsReferenceOrContainsReferences<TKey>() && typeof(TKey) != typeof(string);
}

/// <summary>What the encodings of dictionaries and sets have in common.</summary>
internal static class HashParts
{
    public static void ReadHeader(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        if (count != 2) throw new BrokenValueException($"Expected a comparer and elements, found an array of {count}.");
    }

    /// <summary>The step of a path that leads from a dictionary to the value of a key.</summary>
    public static string StepTo<TKey>(TKey key) => key is string text ? $"[\"{text}\"]" : typeof(TKey).IsPrimitive ? $"[{key}]" : "[…]";

    public static BrokenValueException BadKey(string what) => new($"A key {what}.");
}
