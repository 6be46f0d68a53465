namespace ProcessPool.Values;

/// <summary>
/// Refuses keys that were chosen to fall into one bucket: a few hundred thousand of those would keep a processor busy for
/// hours (the MessagePack specification's advice on security; CVE-2012-2098 and its kin). The hash codes of numbers, Guids
/// and users' own keys can be foreseen; those of strings cannot, .NET sees to that itself.
/// </summary>
/// <remarks>
/// A dictionary or set compares a new key with all that lie in its bucket, which is its hash code modulo the number of
/// buckets. So it is enough to count the keys of each bucket: again whenever the number of buckets has grown, which costs no
/// more than the growing itself. Small collections are not looked at, for their worst case is a fraction of a second.
/// Collections that do not tell their number of buckets are looked at before they are made, see <see cref="Check"/>.
/// </remarks>
internal struct KeyCrowding<T>(IEqualityComparer<T> comparer)
{
    /// <summary>Below so many keys nothing is counted.</summary>
    public const int Small = 10_000;

    private const long AllowedComparisons = 100_000_000;
    private const long AllowedComparisonsEach = 100;

    private readonly bool _isDefended = typeof(T) == typeof(string);
    private int[]? _keysIn;
    private long _comparisons;

    /// <summary>A key was added to a collection, which now holds <paramref name="keys"/> in so many buckets.</summary>
    /// <exception cref="BrokenValueException">Far too many of them lie in the same buckets.</exception>
    public void OnAdded<TKeys>(T key, TKeys keys, int count, int buckets)
        where TKeys : IEnumerable<T>
    {
        if (count < Small || _isDefended) return;
        if (_keysIn?.Length == buckets)
        {
            Count(key);
        }
        else
        {
            _keysIn = new int[buckets];
            _comparisons = 0;
            foreach (var each in keys) Count(each);
        }

        if (_comparisons > AllowedComparisons + (AllowedComparisonsEach * count))
            throw new BrokenValueException($"The hash codes of the keys are so much alike that {count} keys take {_comparisons} comparisons. No honest data is like this.");
    }

    /// <summary>The same for all keys of a collection, before it is made.</summary>
    /// <param name="keys">The keys, in the order in which they will be added.</param>
    /// <param name="comparer">What will tell them apart; null for the default.</param>
    /// <param name="buckets">In how many buckets so many keys will lie; null if there is room for all from the start.</param>
    /// <exception cref="BrokenValueException">Far too many of them would lie in the same buckets.</exception>
    public static void Check(T[] keys, IEqualityComparer<T>? comparer, Func<int, int>? buckets = null)
    {
        if (keys.Length < Small) return;
        var all = BucketsFor(keys.Length);
        var crowding = new KeyCrowding<T>(comparer ?? EqualityComparer<T>.Default);
        for (var count = Small; count <= keys.Length; count++)
            crowding.OnAdded(keys[count - 1], new ArraySegment<T>(keys, 0, count), count, buckets?.Invoke(count) ?? all);
    }

    /// <summary>In how many buckets .NET's collections put so many keys: a prime number from a list of theirs.</summary>
    public static int BucketsFor(int count) => new HashSet<byte>(count).Capacity;

    private void Count(T key) => _comparisons += _keysIn![(uint)comparer.GetHashCode(key!) % (uint)_keysIn.Length]++;
}
