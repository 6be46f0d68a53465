using System.Globalization;
using System.Text;

namespace ProcessPool;

/// <summary>How far a call is: see <see cref="CallOptions.Progress"/>.</summary>
public sealed record CallProgress
{
    internal CallProgress(long done, long failed, long? total, TimeSpan elapsed) => (Done, Failed, Total, Elapsed) = (done, failed, total, elapsed);

    /// <summary>How many items have ended, those that failed included.</summary>
    public long Done { get; }

    /// <summary>How many of them have failed.</summary>
    public long Failed { get; }

    /// <summary>How many items there are; null while that is not known, because the input of a stream has not ended.</summary>
    public long? Total { get; }

    /// <summary>The time since the call was made.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Items per second, on average since the call was made.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Done / Elapsed.TotalSeconds : 0;

    /// <summary>How long the rest will take at that rate; null if that is not known.</summary>
    public TimeSpan? TimeLeft => Total is { } total && Rate > 0 && (total - Done) / Rate < TimeSpan.MaxValue.TotalSeconds
        ? TimeSpan.FromSeconds((total - Done) / Rate)
        : null;

    /// <summary>For people: <c>120 of 1,000 items, 3 failed, 40.0/s, 22 s left</c>.</summary>
    public override string ToString()
    {
        var culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder();
        text.Append(culture, $"{Done:N0}");
        if (Total is { } total) text.Append(culture, $" of {total:N0}");
        text.Append(" items");
        if (Failed > 0) text.Append(culture, $", {Failed:N0} failed");
        text.Append(culture, $", {Rate:N1}/s");
        if (TimeLeft is { } left && Done < Total) text.Append(culture, $", {left.TotalSeconds:N0} s left");
        return text.ToString();
    }
}
