using MessagePack;

namespace ProcessPool.Values;

/// <summary>A dictionary: an array of its comparer and a map.</summary>
/// <typeparam name="TMap">The type of the dictionary.</typeparam>
/// <typeparam name="TKey">The type of its keys.</typeparam>
/// <typeparam name="TValue">The type of its values.</typeparam>
/// <typeparam name="TComparer">The type of its comparer.</typeparam>
internal abstract class MapFormatter<TMap, TKey, TValue, TComparer>(FormatterBuilder builder) : ContentFormatter<TMap>
    where TMap : class, IReadOnlyCollection<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    private readonly ValueFormatter<TKey> _key = (ValueFormatter<TKey>)builder.Get(typeof(TKey));
    private readonly ValueFormatter<TValue> _value = (ValueFormatter<TValue>)builder.Get(typeof(TValue));

    protected sealed override void WriteContent(ref MessagePackWriter writer, TMap map, MessagePackSerializerOptions options)
    {
        // Only the framework can derive from the abstract ones.
        if (map.GetType() != Type && !Type.IsAbstract) throw Refused.RuntimeType(Type, map.GetType());
        ValueContext.Enter(options, Type);
        writer.WriteArrayHeader(2);
        WriteComparer(ref writer, map);
        var pairs = Take(map);
        writer.WriteMapHeader(pairs.Length);
        var index = 0;
        try
        {
            for (; index < pairs.Length; index++)
            {
                _key.Serialize(ref writer, pairs[index].Key, options);
                _value.Serialize(ref writer, pairs[index].Value, options);
            }
        }
        catch (ValueException e) when (e.Passes(Type, HashParts.StepTo(pairs[index].Key)))
        {
            throw;
        }

        ValueContext.Leave(options);
    }

    protected sealed override bool NeedsCompleteContent => HashParts<TKey>.HoldObjects;

    protected sealed override TMap ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        ValueContext.Enter(ref reader);
        HashParts.ReadHeader(ref reader);
        var comparer = ReadComparer(ref reader);
        var pairs = Pairs.Read(ref reader, reader.ReadMapHeader(), _key, _value, Type, options);
        ValueContext.Leave(ref reader);
        var map = Make(pairs, comparer);
        return map.Count == pairs.Length ? map : throw HashParts.BadKey("occurs twice");
    }

    protected abstract void WriteComparer(ref MessagePackWriter writer, TMap map);

    protected abstract TComparer ReadComparer(ref MessagePackReader reader);

    /// <summary>The pairs in the order in which they are enumerated.</summary>
    protected virtual KeyValuePair<TKey, TValue>[] Take(TMap map) => map.ToArray();

    /// <summary>Creates the dictionary. If several pairs have equal keys, it contains only one of them.</summary>
    protected abstract TMap Make(KeyValuePair<TKey, TValue>[] pairs, TComparer comparer);

    /// <summary>The keys, if there are enough of them to need a check; otherwise an empty array.</summary>
    protected static TKey[] Keys(KeyValuePair<TKey, TValue>[] pairs) =>
        pairs.Length < KeyCrowding<TKey>.Small ? [] : Array.ConvertAll(pairs, static pair => pair.Key);
}

/// <summary>A dictionary that compares by hash code and equality.</summary>
internal abstract class HashedMapFormatter<TMap, TKey, TValue>(FormatterBuilder builder)
    : MapFormatter<TMap, TKey, TValue, IEqualityComparer<TKey>?>(builder)
    where TMap : class, IReadOnlyCollection<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    protected abstract IEqualityComparer<TKey> ComparerOf(TMap map);

    /// <summary>
    /// Creates the dictionary. The keys have been checked: they do not crowd into a few buckets if there are as many buckets as
    /// pairs.
    /// </summary>
    protected abstract TMap Hash(KeyValuePair<TKey, TValue>[] pairs, IEqualityComparer<TKey>? comparer);

    protected sealed override void WriteComparer(ref MessagePackWriter writer, TMap map) =>
        writer.Write(Comparers.NumberOf(ComparerOf(map), Type));

    protected sealed override IEqualityComparer<TKey>? ReadComparer(ref MessagePackReader reader) => Comparers.Read<TKey>(ref reader);

    protected sealed override TMap Make(KeyValuePair<TKey, TValue>[] pairs, IEqualityComparer<TKey>? comparer)
    {
        KeyCrowding<TKey>.Check(Keys(pairs), comparer);
        return Hash(pairs, comparer);
    }
}

/// <summary>A dictionary that keeps its keys in order.</summary>
internal abstract class SortedMapFormatter<TMap, TKey, TValue>(FormatterBuilder builder)
    : MapFormatter<TMap, TKey, TValue, IComparer<TKey>?>(builder)
    where TMap : class, IReadOnlyCollection<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    protected abstract IComparer<TKey> ComparerOf(TMap map);

    protected abstract TMap Sort(KeyValuePair<TKey, TValue>[] pairs, IComparer<TKey>? comparer);

    protected sealed override void WriteComparer(ref MessagePackWriter writer, TMap map) =>
        writer.Write(Comparers.NumberOf(ComparerOf(map), Type));

    protected sealed override IComparer<TKey>? ReadComparer(ref MessagePackReader reader) => Comparers.ReadOrder<TKey>(ref reader);

    protected sealed override TMap Make(KeyValuePair<TKey, TValue>[] pairs, IComparer<TKey>? comparer) =>
        Comparers.Sorting(() => Sort(pairs, comparer));
}
