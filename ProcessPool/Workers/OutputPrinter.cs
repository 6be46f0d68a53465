using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using ProcessPool.Frames;
using ProcessPool.Platform;

namespace ProcessPool.Workers;

/// <summary>
/// Prints the output of workers, or passes it to the user's callback, on its own thread. So a terminal that is held up does not
/// hold up the threads that read from the workers. Each source of lines has so much room here; it waits when that is full.
/// </summary>
/// <remarks>
/// A printer without any progress for some time is stuck. Then nothing waits for it: lines are kept up to the same bound, and
/// those beyond are lost and counted. See <see cref="PrinterWatch"/>.
/// </remarks>
internal sealed class OutputPrinter
{
    /// <summary>
    /// How long the end of a terminated pool waits until the lines that the printer has are printed.
    /// </summary>
    private static readonly TimeSpan TerminatedGrace = TimeSpan.FromSeconds(0.5);

    /// <summary>How long a message to standard error may take, which may hang as well.</summary>
    private static readonly TimeSpan TellingGrace = TimeSpan.FromSeconds(1);

    /// <summary>More room for a worker that has died: what its pipe can still hold, in lines as short as can be.</summary>
    private const long RoomForLastWords = 64 * 1024 / 2 * ProtocolConstants.LeastWeight * 2;

    private const int StandardError = 2;

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

    /// <summary>The pool is terminated: its end no longer waits for the printer.</summary>
    public void Terminate()
    {
        lock (_lock)
        {
            _isTerminated = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>
    /// Waits until all lines are printed, as long as that makes progress. Then says how many were lost, if any were.
    /// </summary>
    public void Close()
    {
        long lost;
        string? trouble;
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
            WaitUntilPrintedLocked();
            _dropsRest = true;
            if (_isBusy) _trouble ??= _isHung ? PrinterWatch.Hung : "the pool was terminated";
            lost = _lost + _waiting;
            trouble = _trouble;
        }

        if (lost > 0) Tell($"ProcessPool: {lost} lines of output were lost: {trouble}.");
    }

    private void WaitUntilPrintedLocked()
    {
        Stopwatch? sinceTerminated = null;
        while (_isBusy && !_isHung)
        {
            if (_isTerminated) sinceTerminated ??= Stopwatch.StartNew();
            var left = sinceTerminated is null ? Timeout.InfiniteTimeSpan : TerminatedGrace - sinceTerminated.Elapsed;
            if (sinceTerminated is not null && left <= TimeSpan.Zero) return;
            Monitor.Wait(_lock, left);
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

    private void Run()
    {
        List<OutputEntry> batch = [];
        while (TryTakeAll(ref batch))
        {
            for (var done = 0; done < batch.Count && !_dropsRest;)
            {
                var rest = CollectionsMarshal.AsSpan(batch)[done..];
                var count = _callback is null ? Write(rest) : Call(rest[0].Line);
                OnProgress();
                OnPrinted(rest[..count]);
                done += count;
            }
        }

        _watch.Stop();
    }

    /// <summary>Takes everything that waits. Waits until there is something.</summary>
    /// <returns>False if nothing more will come.</returns>
    private bool TryTakeAll(ref List<OutputEntry> batch)
    {
        lock (_lock)
        {
            batch.Clear();
            while (_queue.Count == 0 && !_dropsRest)
            {
                _isBusy = false;
                if (_isClosed)
                {
                    Monitor.PulseAll(_lock);
                    return false;
                }

                _isAsleep = true;
                Monitor.Wait(_lock);
                _isAsleep = false;
            }

            (_queue, batch) = (batch, _queue);
            return !_dropsRest;
        }
    }

    private void OnProgress()
    {
        // A full fence: either this sees that the printer is stuck, or the watch sees the progress.
        Interlocked.Increment(ref _progress);
        if (!_isStuck) return;
        lock (_lock) _isStuck = _isHung = false;
    }

    private void OnPrinted(ReadOnlySpan<OutputEntry> entries)
    {
        if (_callback is null)
        {
            lock (_lock) _waiting -= entries.Length;
        }

        foreach (var (_, share, weight) in entries)
        {
            long taken;
            lock (_lock)
            {
                var half = share.Bound / 2;
                if (share.Held >= half && share.Held - weight < half) Monitor.PulseAll(_lock);
                share.Held -= weight;
                taken = Math.Max(0, share.Owed - share.Held);
                share.Owed -= taken;
                if (share.Owed == 0) _owing.Remove(share);
            }

            share.Take(taken);
        }
    }

    private int Write(ReadOnlySpan<OutputEntry> entries)
    {
        _isAtError = ConsoleLines.IsError(entries[0].Line);
        var count = 1;
        try
        {
            _console.Write(entries, out count);
        }
        catch (Exception e)
        {
            // Standard output is closed, or its disk is full. That must not stop the pool.
            lock (_lock)
            {
                _lost += count;
                _trouble ??= $"they could not be written ({e.GetType().Name}: {e.Message.TrimEnd('.')})";
            }
        }

        return count;
    }

    private int Call(WorkerOutput line)
    {
        // From now on, whoever counts lost lines must not count this one.
        lock (_lock) _waiting--;
        _calling = this;
        try
        {
            _callback!(line);
        }
        catch (Exception e)
        {
            Trace.TraceWarning($"ProcessPool: PoolOptions.Output threw for a line of worker {line.WorkerId}, which is lost: {e}");
        }

        _calling = null;
        _callbackUsesPool = false;
        return 1;
    }

    /// <summary>Says something on standard error; or by a trace, if that is what hangs.</summary>
    private void Tell(string message)
    {
        var isConsoleHung = _callback is null && _isHung;
        if (isConsoleHung && (_isAtError || OperatingSystem.IsWindows()))
        {
            Trace.TraceWarning(message);
            return;
        }

        var telling = new Thread(() =>
        {
            try
            {
                // Console.Error would wait for Console.Out: they have a lock in common.
                if (isConsoleHung) _ = Libc.Write(StandardError, Encoding.UTF8.GetBytes($"{message}\n"));
                else Console.Error.WriteLine(message);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Standard error is closed.
                Trace.TraceWarning(message);
            }
        }) { IsBackground = true, Name = "processpool lost output" };
        telling.Start();
        if (!telling.Join(TellingGrace)) Trace.TraceWarning(message);
    }
}
