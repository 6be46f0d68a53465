namespace ProcessPool.Jobs;

/// <summary>Enumerates the input of a call on its own thread, as far as there is room in the buffer.</summary>
internal sealed class ImapInput<T>
{
    private readonly IEnumerable<T> _input;
    private readonly int _size;
    private readonly int _refillAt;
    private readonly Action<T> _add;
    private readonly Action _onFull;
    private readonly Action<Exception?> _end;
    private readonly object _lock = new();

    /// <summary>How many inputs were taken. Only the thread that enumerates uses this.</summary>
    private long _taken;

    /// <summary>How many results were consumed. Only the consumer changes this.</summary>
    private long _consumed;

    private volatile bool _waiting;
    private volatile bool _stopped;

    /// <param name="input">The input.</param>
    /// <param name="size">How many inputs may be taken before any result is consumed.</param>
    /// <param name="refillAt">How much room to wait for once there is none.</param>
    /// <param name="add">Receives each input.</param>
    /// <param name="onFull">Called when there is no room.</param>
    /// <param name="end">Called at the end, with the exception that the input threw, if any.</param>
    public ImapInput(IEnumerable<T> input, int size, int refillAt, Action<T> add, Action onFull, Action<Exception?> end)
    {
        _input = input;
        _size = size;
        _refillAt = refillAt;
        _add = add;
        _onFull = onFull;
        _end = end;
    }

    public void Start() => new Thread(Run, maxStackSize: 1024 * 1024) { IsBackground = true, Name = "processpool input" }.Start();

    /// <summary>A result was consumed, so there is room for one more input. Called by one thread at a time.</summary>
    public void OnConsumed()
    {
        Volatile.Write(ref _consumed, _consumed + 1);
        if (_waiting) Wake();
    }

    /// <summary>Stops the enumeration. Does not wait for a MoveNext that is under way.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            Monitor.Pulse(_lock);
        }
    }

    private int Room => (int)(_size - (_taken - Volatile.Read(ref _consumed)));

    private void Wake()
    {
        lock (_lock)
        {
            if (Room >= _refillAt) Monitor.Pulse(_lock);
        }
    }

    private void Run()
    {
        Exception? error = null;
        try
        {
            using var items = _input.GetEnumerator();
            while (WaitForRoom() && items.MoveNext()) _add(items.Current);
        }
        catch (Exception e)
        {
            error = e;
        }

        _end(error);
    }

    private bool WaitForRoom()
    {
        if (Room == 0) WaitForMore();
        _taken++;
        return !_stopped;
    }

    private void WaitForMore()
    {
        _onFull();
        lock (_lock)
        {
            _waiting = true;

            // Either this thread sees that a result was consumed, or the consumer sees that it waits. The consumer would need a fence
            // for each result. This fence covers all threads, and is needed only when there is no room.
            Interlocked.MemoryBarrierProcessWide();
            while (Room < _refillAt && !_stopped) Monitor.Wait(_lock);
            _waiting = false;
        }
    }
}
