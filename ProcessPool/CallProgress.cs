using System.Globalization;
using System.Text;

namespace ProcessPool;

/// <summary>How far a call is: see <see cref="CallOptions.Progress"/>.</summary>
public sealed record CallProgress
{
    /// <summary>Creates a report. Calls create their own; this is for tests, and for loops that are shown like a call.</summary>
    /// <param name="done">How many items have ended, including those that failed.</param>
    /// <param name="failed">How many of them have failed.</param>
    /// <param name="total">How many items there are; null if that is not known.</param>
    /// <param name="elapsed">The time since the start.</param>
    /// <param name="isLast">Whether no more reports follow. Default: false.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public CallProgress(long done, long failed, long? total, TimeSpan elapsed, bool isLast = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(done);
        ArgumentOutOfRangeException.ThrowIfNegative(failed);
        ArgumentOutOfRangeException.ThrowIfNegative(total ?? 0, nameof(total));
        (Done, Failed, Total, Elapsed, IsLast) = (done, failed, total, elapsed, isLast);
    }

    /// <summary>How many items have ended, including those that failed.</summary>
    public long Done { get; }

    /// <summary>How many of them have failed.</summary>
    public long Failed { get; }

    /// <summary>
    /// How many items there are; null while that is not known, because the input of a stream has not ended and is no collection.
    /// </summary>
    public long? Total { get; }

    /// <summary>The time since the call was made.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>
    /// Whether this is the last report of its call. <see cref="Done"/> may be less than <see cref="Total"/> then, because the call
    /// has failed or was cancelled.
    /// </summary>
    public bool IsLast { get; }

    /// <summary>Items per second, on average since the call was made.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Done / Elapsed.TotalSeconds : 0;

    /// <summary>How long the rest will take at that rate; null if that is not known.</summary>
    public TimeSpan? TimeLeft => Total is { } total && Rate > 0 && (total - Done) / Rate < TimeSpan.MaxValue.TotalSeconds
        ? TimeSpan.FromSeconds((total - Done) / Rate)
        : null;

    /// <summary>Tells the calls apart that report to the same object. Null for reports of a loop.</summary>
    internal object? Call { get; init; }

    /// <summary>
    /// For people: <c>120 of 1,000 items, 3 failed, 40/s, 22 s left</c>; the last report <c>…, 40/s, in 25.0 s</c>.
    /// </summary>
    public override string ToString()
    {
        var culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder();
        text.Append(culture, $"{Done:N0}");
        if (Total is { } total) text.Append(culture, $" of {total:N0}");
        text.Append(" items");
        if (Failed > 0) text.Append(culture, $", {Failed:N0} failed");
        text.Append(culture, $", {(Rate < 9.95 ? Rate.ToString("N1", culture) : Rate.ToString("N0", culture))}/s");
        if (IsLast) text.Append(culture, $", in {Short(Elapsed, Elapsed.TotalSeconds.ToString("N1", culture))}");
        else if (TimeLeft is { } left && Done < Total) text.Append(culture, $", {Short(left, Math.Ceiling(left.TotalSeconds).ToString(culture))} left");
        return text.ToString();
    }

    private static string Short(TimeSpan time, string seconds) => time switch
    {
        { TotalMinutes: < 1 } => $"{seconds} s",
        { TotalHours: < 1 } => time.ToString(@"m\:ss", CultureInfo.InvariantCulture),
        { TotalDays: < 1 } => time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:N0} days"),
    };
}
