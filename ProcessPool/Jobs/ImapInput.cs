namespace ProcessPool.Jobs;

/// <summary>Enumerates the input of a call on its own thread, as far as there is room in the buffer.</summary>
internal sealed class ImapInput<T>
{
    private readonly IEnumerable<T> _input;
    private readonly int _refillAt;
    private readonly Action<T> _add;
    private readonly Action<Exception?> _end;
    private readonly object _lock = new();

    // Guarded by _lock.
    private int _room;
    private bool _waiting;
    private bool _stopped;

    /// <param name="input">The input.</param>
    /// <param name="room">How many inputs may be taken before any result is consumed.</param>
    /// <param name="refillAt">How much room to wait for once there is none.</param>
    /// <param name="add">Receives each input.</param>
    /// <param name="end">Called at the end, with the exception that the input threw, if any.</param>
    public ImapInput(IEnumerable<T> input, int room, int refillAt, Action<T> add, Action<Exception?> end)
    {
        _input = input;
        _room = room;
        _refillAt = refillAt;
        _add = add;
        _end = end;
    }

    public void Start() => new Thread(Run, maxStackSize: 1024 * 1024) { IsBackground = true, Name = "processpool input" }.Start();

    /// <summary>A result was consumed, so there is room for one more input.</summary>
    public void OnConsumed()
    {
        lock (_lock)
        {
            _room++;
            if (_waiting && _room >= _refillAt) Monitor.Pulse(_lock);
        }
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
        lock (_lock)
        {
            if (_room == 0 && !_stopped)
            {
                _waiting = true;
                while (_room < _refillAt && !_stopped) Monitor.Wait(_lock);
                _waiting = false;
            }

            _room--;
            return !_stopped;
        }
    }
}
