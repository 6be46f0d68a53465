namespace ProcessPool.Coordinator.Reporting;

/// <summary>How far a run is, how fast, and when it will be done.</summary>
/// <param name="total">The number of items.</param>
/// <param name="time">The clock.</param>
/// <param name="changed">Called after each change, by one thread at a time.</param>
internal sealed class Counter(int total, TimeProvider time, Action<Counter>? changed = null) : IProgress<CallProgress>
{
    private readonly long _start = time.GetTimestamp();
    private readonly Lock _lock = new();
    private volatile int _done;
    private bool _isStopped;

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

    /// <summary>Says how many items are done. A smaller number than before is an old one that comes late, and is ignored.</summary>
    public void Report(int done)
    {
        lock (_lock)
        {
            if (_isStopped || done <= _done)
                return;
            _done = done;
            changed?.Invoke(this);
        }
    }

    /// <inheritdoc/>
    void IProgress<CallProgress>.Report(CallProgress value) => Report((int)value.Done);

    /// <summary>Ignores what is reported from now on: a call's last report may come after its last result.</summary>
    public void Stop()
    {
        lock (_lock)
            _isStopped = true;
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
