namespace ProcessPool.Scheduling;

/// <summary>Arithmetic with timestamps.</summary>
internal static class Clock
{
    /// <summary>The timestamp after a delay from now. The delay may be as long as <see cref="TimeSpan.MaxValue"/>.</summary>
    public static long After(this TimeProvider time, TimeSpan delay) => time.After(time.GetTimestamp(), delay);

    /// <inheritdoc cref="After(TimeProvider, TimeSpan)"/>
    public static long After(this TimeProvider time, long now, TimeSpan delay)
    {
        var ticks = delay.TotalSeconds * time.TimestampFrequency;
        return ticks >= long.MaxValue - now ? long.MaxValue : now + (long)Math.Ceiling(ticks);
    }
}
