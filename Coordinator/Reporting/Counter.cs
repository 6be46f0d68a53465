namespace ProcessPool.Coordinator.Reporting;

/// <summary>Counts the items of a run that are done, and tells its rate and remaining time.</summary>
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

    /// <summary>The number of items that have a result or have failed.</summary>
    public int Done => _done;

    /// <summary>The time since the start.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>Items per second since the start.</summary>
    public double Rate => Done / Math.Max(Elapsed.TotalSeconds, 1e-6);

    /// <summary>The time that the rest will take at this rate; null until an item is done.</summary>
    public TimeSpan? Left => Done == 0 ? null : TimeSpan.FromSeconds((Total - Done) / Rate);

    /// <summary>Reports how many items are done. A number below an earlier one has come late, and is ignored.</summary>
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

    /// <summary>Ignores all further reports. A call's last report may come after its last result.</summary>
    public void Stop()
    {
        lock (_lock)
            _isStopped = true;
    }

    /// <summary>Rate and remaining time as text; empty until an item is done.</summary>
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
