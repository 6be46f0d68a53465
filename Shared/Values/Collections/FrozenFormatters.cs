using System.Collections.Frozen;

namespace ProcessPool.Values;

/// <summary>A set optimized for reading.</summary>
internal sealed class FrozenSetFormatter<T>(FormatterBuilder builder) : HashedSetFormatter<FrozenSet<T>, T>(builder)
{
    protected override IEqualityComparer<T> ComparerOf(FrozenSet<T> set) => set.Comparer;

    protected override FrozenSet<T> Hash(T[] elements, IEqualityComparer<T>? comparer) => elements.ToFrozenSet(comparer);
}

/// <summary>A dictionary optimized for reading.</summary>
internal sealed class FrozenDictionaryFormatter<TKey, TValue>(FormatterBuilder builder)
    : HashedMapFormatter<FrozenDictionary<TKey, TValue>, TKey, TValue>(builder)
    where TKey : notnull
{
    protected override IEqualityComparer<TKey> ComparerOf(FrozenDictionary<TKey, TValue> map) => map.Comparer;

    protected override FrozenDictionary<TKey, TValue> Hash(KeyValuePair<TKey, TValue>[] pairs, IEqualityComparer<TKey>? comparer)
    {
        // ToFrozenDictionary collects the pairs in a dictionary anyway, but in a growing one, whose buckets are not those that
        // were checked.
        var map = new Dictionary<TKey, TValue>(pairs.Length, comparer);
        foreach (var pair in pairs) map[pair.Key] = pair.Value;
        return map.ToFrozenDictionary(comparer);
    }
}
