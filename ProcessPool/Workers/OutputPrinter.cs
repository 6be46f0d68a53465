using ProcessPool.Frames;

namespace ProcessPool.Workers;

/// <summary>
/// Prints the output of workers, or passes it to the user's callback, on its own thread. So a terminal that is held up does not
/// hold up the threads that read from the workers. Each source of lines has so much room here; it waits when that is full.
/// </summary>
/// <remarks>
/// A printer without any progress for some time is stuck. Then nothing waits for it: lines are kept up to the same bound, and
/// those beyond are lost and counted. See <see cref="PrinterWatch"/>.
/// </remarks>
internal sealed partial class OutputPrinter
{
    /// <summary>More room for a worker that has died: what its pipe can still hold, in lines as short as can be.</summary>
    private const long RoomForLastWords = 64 * 1024 / 2 * ProtocolConstants.LeastWeight * 2;

    private readonly Action<WorkerOutput>? _callback;
    private readonly ConsoleLines _console;
    private readonly object _lock = new();
    private readonly PrinterWatch _watch;

    /// <summary>The printer whose callback runs on this thread.</summary>
    [ThreadStatic]
    private static OutputPrinter? _calling;

    // Guarded by _lock.
    private readonly HashSet<OutputShare> _owing = [];
    private List<OutputEntry> _queue = [];
    private Thread? _thread;
    private bool _isAsleep;
    private bool _isBusy;
    private bool _isClosed;
    private bool _isTerminated;
    private long _lost;
    private long _waiting;

    /// <summary>Why lines were lost, for the message.</summary>
    private string? _trouble;

    private volatile bool _isStuck;
    private volatile bool _isHung;
    private volatile bool _dropsRest;
    private volatile bool _callbackUsesPool;
    private volatile bool _isAtError;
    private long _progress;

    public OutputPrinter(Action<WorkerOutput>? callback)
    {
        _callback = callback;
        _console = new ConsoleLines(OnProgress);
        _watch = new PrinterWatch(this);
    }

    /// <summary>Changes whenever something was printed.</summary>
    public long Progress => Volatile.Read(ref _progress);

    /// <summary>Whether there is something to print.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock) return _isBusy;
        }
    }

    /// <summary>Whether the callback has called the pool, and so may be waiting for an item that waits for the printer.</summary>
    public bool CallbackUsesPool => _callbackUsesPool;

    /// <summary>Whether this thread is within the callback.</summary>
    public bool IsCallingHere => _calling == this;

    /// <summary>Called when the pool is used, in case that is done by its callback.</summary>
    public void OnPoolUsed()
    {
        if (_calling == this) _callbackUsesPool = true;
    }

    /// <summary>Prints a line of a source that keeps to its room. Does not wait.</summary>
    public void Print(OutputShare share, WorkerOutput line, int weight)
    {
        long taken;
        lock (_lock) taken = AddLocked(share, line, weight);
        share.Take(taken);
    }

    /// <summary>Prints a line. Waits for room if nothing but the calling thread can hold its source back.</summary>
    public void PrintInTurn(OutputShare share, WorkerOutput line, int weight)
    {
        lock (_lock)
        {
            while (share.Held >= share.Bound && !_isStuck && !_isClosed)
            {
                share.Waits.Set(true);
                Monitor.Wait(_lock);
            }

            share.Waits.Set(false);
            AddLocked(share, line, weight);
        }
    }

    /// <summary>The worker is dead: what its pipe still holds is read at once, because the caller is told the last lines.</summary>
    public void LetFinish(OutputShare share)
    {
        lock (_lock)
        {
            share.Bound += RoomForLastWords;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>There was no progress for some time: lets everything go on that waits for the printer.</summary>
    /// <param name="isHung">Whether lines may be lost that the printer has when the pool ends.</param>
    /// <param name="seen">The last progress. If there was more, nothing changes.</param>
    public void BecomeStuck(bool isHung, long seen)
    {
        List<(OutputShare Share, long Weight)> taken = [];
        lock (_lock)
        {
            if (Progress != seen) return;
            _isStuck = true;
            _isHung = isHung;
            foreach (var share in _owing)
            {
                taken.Add((share, share.Owed));
                share.Owed = 0;
            }

            _owing.Clear();
            Monitor.PulseAll(_lock);
        }

        foreach (var (share, weight) in taken) share.Take(weight);
    }

    /// <returns>The weight that takes no room although its line was not printed.</returns>
    private long AddLocked(OutputShare share, WorkerOutput line, int weight)
    {
        if (_isClosed) return weight;
        if (_isStuck && share.Held >= share.Bound)
        {
            _lost++;
            _trouble ??= PrinterWatch.Hung;
            return weight;
        }

        share.Held += weight;
        _waiting++;
        _queue.Add(new OutputEntry(line, share, weight));
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "processpool output" };
            _thread.Start();
        }

        if (!_isBusy) _watch.Attend();
        _isBusy = true;
        if (_isAsleep) Monitor.PulseAll(_lock);
        if (_isStuck) return weight;
        share.Owed += weight;
        _owing.Add(share);
        return 0;
    }
}
