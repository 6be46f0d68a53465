using System.Collections.Concurrent;

namespace ProcessPool.Values;

// Other threads may change these collections meanwhile, so a snapshot that ToArray takes is sent.

/// <summary>A queue, starting at its head.</summary>
internal sealed class ConcurrentQueueFormatter<T>(FormatterBuilder builder) : SequenceFormatter<ConcurrentQueue<T>, T>(builder)
{
    protected override T[] Take(ConcurrentQueue<T> collection) => collection.ToArray();

    protected override ConcurrentQueue<T> Make(T[] elements) => new(elements);
}

/// <summary>A stack, from its top down.</summary>
internal sealed class ConcurrentStackFormatter<T>(FormatterBuilder builder) : SequenceFormatter<ConcurrentStack<T>, T>(builder)
{
    protected override T[] Take(ConcurrentStack<T> collection) => collection.ToArray();

    protected override ConcurrentStack<T> Make(T[] elements)
    {
        Array.Reverse(elements);
        return new(elements);
    }
}

/// <summary>A bag. The thread that added the elements takes the last one first.</summary>
internal sealed class ConcurrentBagFormatter<T>(FormatterBuilder builder) : SequenceFormatter<ConcurrentBag<T>, T>(builder)
{
    protected override T[] Take(ConcurrentBag<T> collection) => collection.ToArray();

    protected override ConcurrentBag<T> Make(T[] elements)
    {
        Array.Reverse(elements);
        return new(elements);
    }
}

/// <summary>A dictionary for many threads.</summary>
internal sealed class ConcurrentDictionaryFormatter<TKey, TValue>(FormatterBuilder builder)
    : HashedMapFormatter<ConcurrentDictionary<TKey, TValue>, TKey, TValue>(builder)
    where TKey : notnull
{
    protected override KeyValuePair<TKey, TValue>[] Take(ConcurrentDictionary<TKey, TValue> map) => map.ToArray();

    protected override IEqualityComparer<TKey> ComparerOf(ConcurrentDictionary<TKey, TValue> map) => map.Comparer;

    protected override ConcurrentDictionary<TKey, TValue> Hash(KeyValuePair<TKey, TValue>[] pairs, IEqualityComparer<TKey>? comparer)
    {
        // The dictionary grows once more when one of its locks guards more than its share of the keys. Many keys may follow after
        // that.
        var grown = KeyCrowding<TKey>.BucketsFor(2 * KeyCrowding<TKey>.BucketsFor(pairs.Length));
        KeyCrowding<TKey>.Check(Keys(pairs), comparer, _ => grown);
        const int locksAsIfNoneWereAskedFor = -1;
        var map = new ConcurrentDictionary<TKey, TValue>(locksAsIfNoneWereAskedFor, pairs.Length, comparer);
        foreach (var pair in pairs) map[pair.Key] = pair.Value;
        return map;
    }
}
