namespace ProcessPool.Workers;

/// <summary>
/// Prints the output of workers, or passes it to the user's callback, on its own thread. So a terminal that is held up does not
/// hold up the threads that read from the workers. Above a limit, lines are dropped and counted.
/// </summary>
internal sealed class OutputPrinter(Action<WorkerOutput>? callback)
{
    private const int MostWaiting = 10_000;

    /// <summary>A second limit, because a few lines can be long.</summary>
    private const long MostCharactersWaiting = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<WorkerOutput> _lines = [];
    private readonly SemaphoreSlim _available = new(0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private long _characters;
    private long _dropped;
    private bool _closed;

    public void Print(WorkerOutput line)
    {
        lock (_lock)
        {
            if (_closed) return;
            if (_lines.Count >= MostWaiting || _characters >= MostCharactersWaiting)
            {
                _dropped++;
                return;
            }

            _characters += line.Line.Length;
            _lines.Enqueue(line);
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "processpool output" };
                _thread.Start();
            }
        }

        _available.Release();
    }

    /// <summary>Prints the remaining lines and ends. The task completes when that is done.</summary>
    public Task Close()
    {
        lock (_lock)
        {
            _closed = true;
            if (_thread is null) _ended.TrySetResult();
        }

        _available.Release();
        return _ended.Task;
    }

    private void Run()
    {
        while (true)
        {
            _available.Wait();
            WorkerOutput? line;
            long dropped;
            lock (_lock)
            {
                dropped = _dropped;
                _dropped = 0;
                if (!_lines.TryDequeue(out line))
                {
                    if (!_closed) continue;
                    _ended.TrySetResult();
                    return;
                }

                _characters -= line.Line.Length;
            }

            Write(line);
            if (dropped > 0) Write(new WorkerOutput(line.WorkerId, null, OutputSource.Native, $"[{dropped} lines of output were dropped: they came faster than they could be printed]"));
        }
    }

    private void Write(WorkerOutput line)
    {
        try
        {
            if (callback is not null) callback(line);
            else if (line.Source == OutputSource.Out) Console.Out.WriteLine(line.Line);
            else Console.Error.WriteLine(line.Line);
        }
        catch (Exception e)
        {
            // The user's callback threw, or stdout is closed. Neither may stop the pool, so only trace it.
            System.Diagnostics.Trace.TraceWarning($"ProcessPool: a line of worker {line.WorkerId} could not be printed: {e}");
        }
    }
}
