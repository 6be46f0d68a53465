using System.Diagnostics;

namespace ProcessPool.Tests.Simulation;

/// <summary>A clock that stands still until a test advances it.</summary>
internal sealed class FakeTime : TimeProvider
{
    public long Now { get; private set; } = 1;

    public override long TimestampFrequency => Stopwatch.Frequency;

    public override long GetTimestamp() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new InvalidOperationException("The scheduler uses no timers: they run on the thread pool.");

    public void Advance(TimeSpan time) => Now += (long)(time.TotalSeconds * TimestampFrequency);

    public void AdvanceTo(long timestamp) => Now = Math.Max(Now, timestamp);
}
