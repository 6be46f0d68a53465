using System.Numerics;

namespace ProcessPool.Workers;

/// <summary>
/// A histogram of durations. There are eight buckets between a power of two (in nanoseconds) and the next. The longest durations
/// are also kept exactly.
/// </summary>
internal sealed class DurationHistogram
{
    private const int Kept = 5;
    private const int PartBits = 3;
    private const int Parts = 1 << PartBits;

    private readonly Lock _lock = new();
    private readonly long[] _buckets = new long[64 * Parts];
    private readonly List<SlowItem> _slowest = [];
    private TimeSpan _sum;

    /// <summary>Adds the duration of an item that has ended.</summary>
    public void Add(long item, TimeSpan duration, int worker)
    {
        var nanoseconds = Math.Max(0, (long)duration.TotalNanoseconds);
        lock (_lock)
        {
            _buckets[BucketOf(nanoseconds)]++;
            _sum += duration;
            if (IsAmongSlowest(duration)) Keep(new SlowItem(item, duration, worker));
        }
    }

    /// <summary>Adds the counts of another histogram.</summary>
    public void Add(DurationHistogram other)
    {
        lock (other._lock)
        {
            for (var i = 0; i < _buckets.Length; i++) _buckets[i] += other._buckets[i];
            _sum += other._sum;
            foreach (var item in other._slowest.Where(item => IsAmongSlowest(item.Duration))) Keep(item);
        }
    }

    public ItemTimes Look()
    {
        lock (_lock)
        {
            var count = _buckets.Sum();
            return new ItemTimes
            {
                Count = count,
                Mean = count == 0 ? TimeSpan.Zero : _sum / count,
                Median = Quantile(0.5, count),
                Percentile90 = Quantile(0.9, count),
                Percentile99 = Quantile(0.99, count),
                Slowest = [.. _slowest],
            };
        }
    }

    private bool IsAmongSlowest(TimeSpan duration) => _slowest.Count < Kept || duration > _slowest[^1].Duration;

    private void Keep(SlowItem item)
    {
        var place = _slowest.FindIndex(other => other.Duration < item.Duration);
        _slowest.Insert(place < 0 ? _slowest.Count : place, item);
        if (_slowest.Count > Kept) _slowest.RemoveAt(Kept);
    }

    /// <summary>
    /// The upper end of the first bucket at which this share of all durations is reached, but never more than the longest
    /// duration.
    /// </summary>
    private TimeSpan Quantile(double share, long count)
    {
        var wanted = (long)Math.Ceiling(share * count);
        for (var (i, seen) = (0, 0L); i < _buckets.Length && count > 0; i++)
        {
            seen += _buckets[i];
            if (seen >= wanted) return Least(TimeSpan.FromTicks(UpperEnd(i) / TimeSpan.NanosecondsPerTick), _slowest[0].Duration);
        }

        return TimeSpan.Zero;
    }

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>The bucket is found by the power of two and by the part within it.</summary>
    private static int BucketOf(long nanoseconds)
    {
        if (nanoseconds < Parts) return (int)nanoseconds;
        var power = BitOperations.Log2((ulong)nanoseconds);
        return ((power - PartBits + 1) * Parts) + (int)((nanoseconds >> (power - PartBits)) & (Parts - 1));
    }

    private static long UpperEnd(int bucket)
    {
        if (bucket < Parts) return bucket;
        var shift = (bucket / Parts) - 1;
        return (((long)Parts + (bucket % Parts) + 1) << shift) - 1;
    }
}
