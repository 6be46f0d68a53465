using System.Collections.Frozen;

namespace ProcessPool.Values;

/// <summary>A set made for reading.</summary>
internal sealed class FrozenSetFormatter<T>(FormatterBuilder builder) : HashedSetFormatter<FrozenSet<T>, T>(builder)
{
    protected override IEqualityComparer<T> ComparerOf(FrozenSet<T> set) => set.Comparer;

    protected override FrozenSet<T> Hash(T[] elements, IEqualityComparer<T>? comparer) => elements.ToFrozenSet(comparer);
}

/// <summary>A dictionary made for reading.</summary>
internal sealed class FrozenDictionaryFormatter<TKey, TValue>(FormatterBuilder builder)
    : HashedMapFormatter<FrozenDictionary<TKey, TValue>, TKey, TValue>(builder)
    where TKey : notnull
{
    protected override IEqualityComparer<TKey> ComparerOf(FrozenDictionary<TKey, TValue> map) => map.Comparer;

    protected override FrozenDictionary<TKey, TValue> Hash(KeyValuePair<TKey, TValue>[] pairs, IEqualityComparer<TKey>? comparer)
    {
        // It gathers them in a dictionary anyway; but one that grows, whose buckets are others than those looked at.
        var map = new Dictionary<TKey, TValue>(pairs.Length, comparer);
        foreach (var pair in pairs) map[pair.Key] = pair.Value;
        return map.ToFrozenDictionary(comparer);
    }
}
