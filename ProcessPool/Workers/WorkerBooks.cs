using System.Diagnostics;

namespace ProcessPool.Workers;

/// <summary>The statistics of one worker, including the processes that it replaced.</summary>
internal sealed class WorkerBooks(bool measuresItems = false)
{
    private readonly Lock _lock = new();
    private readonly long[] _ticks = new long[Enum.GetValues<Stage>().Length];
    private long _sent;
    private long _received;
    private Stage _stage;
    private long _since = Stopwatch.GetTimestamp();
    private int _processes;
    private long _items;

    /// <summary>How long items took; null if that is not measured.</summary>
    public DurationHistogram? Durations { get; } = measuresItems ? new() : null;

    public long Sent => Volatile.Read(ref _sent);

    public long Received => Volatile.Read(ref _received);

    /// <summary>Called by the thread that writes to the worker; there is one at a time.</summary>
    public void AddSent(int count) => Volatile.Write(ref _sent, _sent + count);

    /// <summary>Called by the thread that reads from the worker.</summary>
    public void AddReceived(int count) => Volatile.Write(ref _received, _received + count);

    /// <summary>Counts reported items. Under the scheduler's lock.</summary>
    public void AddItems(int count) => Volatile.Write(ref _items, _items + count);

    /// <summary>The worker enters another stage.</summary>
    public void Enter(Stage stage) => Enter(stage, Stopwatch.GetTimestamp());

    /// <inheritdoc cref="Enter(Stage)"/>
    /// <param name="stage">The stage.</param>
    /// <param name="now">The time in <see cref="Stopwatch"/> ticks.</param>
    public void Enter(Stage stage, long now)
    {
        lock (_lock)
        {
            if (stage == Stage.Starting) _processes++;
            _ticks[(int)_stage] += now - _since;
            (_stage, _since) = (stage, now);
        }
    }

    public WorkerStatistics Look(int worker)
    {
        lock (_lock)
        {
            return new WorkerStatistics
            {
                WorkerId = worker,
                BytesSent = Sent,
                BytesReceived = Received,
                Items = Volatile.Read(ref _items),
                Processes = _processes,
                Starting = TimeIn(Stage.Starting),
                Initializing = TimeIn(Stage.Initializing),
                Waiting = TimeIn(Stage.Waiting),
                Working = TimeIn(Stage.Working),
            };
        }
    }

    private TimeSpan TimeIn(Stage stage) =>
        Stopwatch.GetElapsedTime(0, _ticks[(int)stage] + (_stage == stage ? Stopwatch.GetTimestamp() - _since : 0));
}

/// <summary>What a worker spends its time on.</summary>
internal enum Stage
{
    /// <summary>There is no process.</summary>
    Off,

    /// <summary>The process has not sent its hello yet.</summary>
    Starting,

    /// <summary>The initializer runs.</summary>
    Initializing,

    /// <summary>The worker has no items.</summary>
    Waiting,

    /// <summary>The worker has items.</summary>
    Working,
}
