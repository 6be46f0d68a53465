using System.Globalization;

namespace ProcessPool;

/// <summary>
/// How long items took in the workers, from the start of reading the argument to the end of the function. See
/// <see cref="PoolStatistics.ItemTimes"/>.
/// </summary>
public sealed class ItemTimes
{
    internal ItemTimes()
    {
    }

    /// <summary>How many items were measured.</summary>
    public long Count { get; internal init; }

    /// <summary>The mean duration.</summary>
    public TimeSpan Mean { get; internal init; }

    /// <summary>Half of the items took no longer than this. Accurate to one eighth, like the other percentiles.</summary>
    public TimeSpan Median { get; internal init; }

    /// <summary>90 % of the items took no longer than this.</summary>
    public TimeSpan Percentile90 { get; internal init; }

    /// <summary>99 % of the items took no longer than this.</summary>
    public TimeSpan Percentile99 { get; internal init; }

    /// <summary>The five slowest items with their exact durations, the slowest first.</summary>
    public IReadOnlyList<SlowItem> Slowest { get; internal init; } = [];

    /// <summary>Two lines of text for people to read.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count:N0} items: mean {Milliseconds(Mean)}, median {Milliseconds(Median)}, 90 % {Milliseconds(Percentile90)}, 99 % {Milliseconds(Percentile99)}{Environment.NewLine}slowest: {string.Join(", ", Slowest.Select(static item => $"item {item.Item} {Milliseconds(item.Duration)} in worker {item.WorkerId}"))}");

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.### ms", CultureInfo.InvariantCulture);
}

/// <summary>One item that took long.</summary>
public sealed record SlowItem
{
    internal SlowItem(long item, TimeSpan duration, int workerId) => (Item, Duration, WorkerId) = (item, duration, workerId);

    /// <summary>Its index in its call.</summary>
    public long Item { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The number of the worker that ran it.</summary>
    public int WorkerId { get; }
}
