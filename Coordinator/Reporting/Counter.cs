namespace ProcessPool.Coordinator.Reporting;

/// <summary>How far a run is, how fast, and when it will be done.</summary>
/// <param name="total">The number of items.</param>
/// <param name="time">The clock.</param>
/// <param name="changed">Is told after each item, on the thread that counts.</param>
internal sealed class Counter(int total, TimeProvider time, Action<Counter>? changed = null)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Written by one thread, read by others.</summary>
    private volatile int _done;

    /// <summary>The number of items.</summary>
    public int Total => total;

    /// <summary>Those that have a result or have failed.</summary>
    public int Done => _done;

    /// <summary>The time since the start.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>Items in a second, since the start.</summary>
    public double Rate => Done / Math.Max(Elapsed.TotalSeconds, 1e-6);

    /// <summary>The time that the rest will take at this rate; null as long as nothing is done.</summary>
    public TimeSpan? Left => Done == 0 ? null : TimeSpan.FromSeconds((Total - Done) / Rate);

    /// <summary>One item more is done.</summary>
    public void Advance()
    {
        _done++;
        changed?.Invoke(this);
    }

    /// <summary>Rate and time left, in words; empty as long as nothing is done.</summary>
    public string Pace => Left is { } left ? $"{Short(Rate)}/s, {Short(left)} left" : "";

    private static string Short(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => FormattableString.Invariant($"{Math.Ceiling(time.TotalSeconds):F0} s"),
        { TotalHours: < 1 } => FormattableString.Invariant($"{time:m\\:ss}"),
        { TotalDays: < 1 } => FormattableString.Invariant($"{time:h\\:mm\\:ss}"),
        _ => FormattableString.Invariant($"{time.TotalDays:F0} days"),
    };

    private static string Short(double rate) =>
        rate < 10 ? FormattableString.Invariant($"{rate:0.0}") : FormattableString.Invariant($"{rate:#,0}");
}
