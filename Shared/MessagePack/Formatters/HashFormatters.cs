namespace ProcessPool.MessagePack;

/// <summary>A dictionary as an array of its comparer's number and a map.</summary>
internal sealed class DictionaryFormatter<TKey, TValue>(Formatter<TKey> key, Formatter<TValue> value)
    : Formatter<Dictionary<TKey, TValue>?>
    where TKey : notnull
{
    public override void Write(MessagePackWriter writer, Dictionary<TKey, TValue>? dictionary)
    {
        if (dictionary is null)
        {
            writer.WriteNil();
            return;
        }

        if (dictionary.GetType() != Type) throw Refused.RuntimeType(Type, dictionary.GetType());
        if (!writer.TryEnter()) throw Refused.TooDeep(Type);
        writer.WriteArrayHeader(2);
        writer.Write(Comparers.NumberOf(dictionary.Comparer, Type));
        writer.WriteMapHeader(dictionary.Count);
        foreach (var pair in dictionary)
        {
            try
            {
                key.Write(writer, pair.Key);
                value.Write(writer, pair.Value);
            }
            catch (ValueException e) when (e.Passes(Type, HashParts.StepTo(pair.Key)))
            {
                throw;
            }
        }

        writer.Leave();
    }

    public override Dictionary<TKey, TValue>? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        reader.Enter();
        HashParts.ReadHeader(reader);
        var comparer = Comparers.Read<TKey>(reader);
        var count = reader.ReadMapHeader();
        var dictionary = new Dictionary<TKey, TValue>(Math.Min(count, Elements.First<(TKey, TValue)>()), comparer);
        var crowding = new KeyCrowding<TKey>(dictionary.Comparer);
        for (var i = 0; i < count; i++)
        {
            var name = key.Read(reader) ?? throw HashParts.BadKey("nil");
            try
            {
                if (!dictionary.TryAdd(name, value.Read(reader))) throw HashParts.BadKey("twice the same");
                crowding.OnAdded(name, dictionary.Keys, dictionary.Count, dictionary.Capacity);
            }
            catch (ValueException e) when (e.Passes(Type, HashParts.StepTo(name)))
            {
                throw;
            }
            catch (MessagePackException e) when (e.Passes(Type, HashParts.StepTo(name)))
            {
                throw;
            }
        }

        reader.Leave();
        return dictionary;
    }
}

/// <summary>A set as an array of its comparer's number and an array.</summary>
internal sealed class HashSetFormatter<T>(Formatter<T> element) : Formatter<HashSet<T>?>
{
    public override void Write(MessagePackWriter writer, HashSet<T>? set)
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
        Elements.Write(writer, elements, element, Type);
    }

    public override HashSet<T>? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        HashParts.ReadHeader(reader);
        var comparer = Comparers.Read<T>(reader);
        var elements = Elements.Read(reader, element, Type);
        var set = new HashSet<T>(elements.Length, comparer);
        var crowding = new KeyCrowding<T>(set.Comparer);
        foreach (var item in elements)
        {
            if (!set.Add(item)) throw HashParts.BadKey("twice the same");
            crowding.OnAdded(item, set, set.Count, set.Capacity);
        }

        return set;
    }
}

/// <summary>What dictionaries and sets have in common on the wire.</summary>
internal static class HashParts
{
    public static void ReadHeader(MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        if (count != 2) throw new MessagePackException($"Expected a comparer and elements, found an array of {count}.");
    }

    /// <summary>From a dictionary to the value of a key, in a path.</summary>
    public static string StepTo<TKey>(TKey key) => key is string text ? $"[\"{text}\"]" : typeof(TKey).IsPrimitive ? $"[{key}]" : "[…]";

    public static MessagePackException BadKey(string what) => new($"A key is {what}.");
}
