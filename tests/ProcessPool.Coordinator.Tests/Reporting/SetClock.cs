namespace ProcessPool.Coordinator.Tests.Reporting;

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class SetClock : TimeProvider
{
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public void Advance(double seconds) => _now += TimeSpan.FromSeconds(seconds);
}
