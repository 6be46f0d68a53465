using System.Diagnostics;

namespace ProcessPool.Workers;

/// <summary>
/// Tells the user's callback of workers that have ended, on its own thread: neither replacements nor other workers wait for user
/// code.
/// </summary>
/// <param name="callback">The callback.</param>
internal sealed class ExitNotices(Action<WorkerExit> callback)
{
    private readonly object _lock = new();

    /// <summary>The notices whose callback runs on this thread.</summary>
    [ThreadStatic]
    private static ExitNotices? _calling;

    // Guarded by _lock.
    private readonly Queue<WorkerExit> _waiting = [];
    private Thread? _thread;
    private bool _isClosed;

    /// <summary>Whether this thread is within the callback.</summary>
    public bool IsCallingHere => _calling == this;

    /// <summary>
    /// Starts the thread, before any worker is started. Later there may be no threads left, just when workers die of that.
    /// </summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_thread is not null) return;
            var thread = new Thread(Run) { IsBackground = true, Name = "processpool exits" };
            thread.Start();
            _thread = thread;
        }
    }

    public void Add(WorkerExit exit)
    {
        lock (_lock)
        {
            _waiting.Enqueue(exit);
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>No more workers will end. Waits until the callback was told of all of them.</summary>
    public void Close()
    {
        Thread? thread;
        lock (_lock)
        {
            _isClosed = true;
            Monitor.Pulse(_lock);
            thread = _thread;
        }

        thread?.Join();
    }

    private void Run()
    {
        _calling = this;
        while (TryTake(out var exit))
        {
            try
            {
                callback(exit);
            }
            catch (Exception e)
            {
                Trace.TraceWarning($"ProcessPool: an exception of PoolOptions.OnWorkerExit for worker {exit.WorkerId} was ignored: {e}");
            }
        }
    }

    private bool TryTake(out WorkerExit exit)
    {
        lock (_lock)
        {
            while (!_waiting.TryDequeue(out exit!))
            {
                if (_isClosed) return false;
                Monitor.Wait(_lock);
            }

            return true;
        }
    }
}
