using MessagePack;

namespace ProcessPool.Values;

/// <summary>A dictionary as an array of its comparer's number and a map.</summary>
internal sealed class DictionaryFormatter<TKey, TValue>(ValueFormatter<TKey> key, ValueFormatter<TValue> value)
    : ValueFormatter<Dictionary<TKey, TValue>?>
    where TKey : notnull
{
    public override void Serialize(ref MessagePackWriter writer, Dictionary<TKey, TValue>? dictionary, MessagePackSerializerOptions options)
    {
        if (dictionary is null)
        {
            writer.WriteNil();
            return;
        }

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

    public override Dictionary<TKey, TValue>? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil()) return null;
        ValueContext.Enter(ref reader);
        HashParts.ReadHeader(ref reader);
        var comparer = Comparers.Read<TKey>(ref reader);
        var count = reader.ReadMapHeader();
        var dictionary = new Dictionary<TKey, TValue>(Math.Min(count, Elements.First<(TKey, TValue)>()), comparer);
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
}

/// <summary>A set as an array of its comparer's number and an array.</summary>
internal sealed class HashSetFormatter<T>(ValueFormatter<T> element) : ValueFormatter<HashSet<T>?>
{
    public override void Serialize(ref MessagePackWriter writer, HashSet<T>? set, MessagePackSerializerOptions options)
    {
        if (set is null)
        {
            writer.WriteNil();
            return;
        }

        if (set.GetType() != Type) throw Refused.RuntimeType(Type, set.GetType());
        writer.WriteArrayHeader(2);
        writer.Write(Comparers.NumberOf(set.Comparer, Type));
        var elements = new T[set.Count];
        set.CopyTo(elements);
        Elements.Write(ref writer, elements, element, Type, options);
    }

    public override HashSet<T>? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil()) return null;
        HashParts.ReadHeader(ref reader);
        var comparer = Comparers.Read<T>(ref reader);
        var elements = Elements.Read(ref reader, element, Type, options);
        var set = new HashSet<T>(elements.Length, comparer);
        var crowding = new KeyCrowding<T>(set.Comparer);
        foreach (var item in elements)
        {
            if (!set.Add(item)) throw HashParts.BadKey("occurs twice");
            crowding.OnAdded(item, set, set.Count, set.Capacity);
        }

        return set;
    }
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
