namespace ProcessPool.Values;

/// <summary>
/// Refuses keys that were chosen to fall into the same bucket. A few hundred thousand of them would keep a processor busy for
/// hours (see the security advice in the MessagePack specification, and CVE-2012-2098 and similar). The hash codes of numbers,
/// Guids and users' own keys can be predicted. Those of strings cannot, because .NET randomizes them.
/// </summary>
/// <remarks>
/// A dictionary or set compares a new key with all keys in its bucket, which is the hash code modulo the number of buckets. So it
/// is enough to count the keys of each bucket, and to count again when the number of buckets has grown, which costs no more than
/// the growing itself. Small collections are not checked, because their worst case takes a fraction of a second. Collections that
/// do not expose their number of buckets are checked before they are created, see <see cref="Check"/>.
/// </remarks>
internal struct KeyCrowding<T>(IEqualityComparer<T> comparer)
{
    /// <summary>With fewer keys than this, nothing is counted.</summary>
    public const int Small = 10_000;

    private const long AllowedComparisons = 100_000_000;
    private const long AllowedComparisonsEach = 100;

    private readonly bool _isDefended = typeof(T) == typeof(string);
    private int[]? _keysIn;
    private long _comparisons;

    /// <summary>
    /// Call this after adding a key to a collection, which now holds <paramref name="keys"/> in that many buckets.
    /// </summary>
    /// <exception cref="BrokenValueException">Far too many keys are in the same buckets.</exception>
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
            throw new BrokenValueException($"Too many hash codes of keys collide: {count} keys take {_comparisons} comparisons. Ordinary data is never like this.");
    }

    /// <summary>Checks all keys of a collection before it is created.</summary>
    /// <param name="keys">The keys, in the order in which they will be added.</param>
    /// <param name="comparer">The comparer of the collection; null for the default.</param>
    /// <param name="buckets">Returns the number of buckets for a number of keys; null if there is capacity for all keys from the
    /// start.</param>
    /// <exception cref="BrokenValueException">Far too many keys would be in the same buckets.</exception>
    public static void Check(T[] keys, IEqualityComparer<T>? comparer, Func<int, int>? buckets = null)
    {
        if (keys.Length < Small) return;
        var all = BucketsFor(keys.Length);
        var crowding = new KeyCrowding<T>(comparer ?? EqualityComparer<T>.Default);
        for (var count = Small; count <= keys.Length; count++)
            crowding.OnAdded(keys[count - 1], new ArraySegment<T>(keys, 0, count), count, buckets?.Invoke(count) ?? all);
    }

    /// <summary>
    /// The number of buckets that .NET's collections use for this many keys: a prime number from an internal list.
    /// </summary>
    public static int BucketsFor(int count) => new HashSet<byte>(count).Capacity;

    private void Count(T key) => _comparisons += _keysIn![(uint)comparer.GetHashCode(key!) % (uint)_keysIn.Length]++;
}
