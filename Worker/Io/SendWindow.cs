namespace ProcessPool.Worker.Io;

/// <summary>
/// The weight of frames that may be on their way to the coordinator at once. Whoever finds the window full waits here. It does
/// not wait for the pipe, where it would also hold up results. Thread-safe.
/// </summary>
/// <param name="size">A frame may be sent while the frames that were not taken weigh less than this.</param>
internal sealed class SendWindow(long size)
{
    /// <summary>In milliseconds. Whoever waits checks this often whether there is still something to wait for.</summary>
    private const int Patience = 50;

    private readonly object _lock = new();

    /// <summary>The weight of the frames that were sent but not yet taken. Guarded by <see cref="_lock"/>.</summary>
    private long _untaken;

    /// <summary>Called when the coordinator has taken frames.</summary>
    public void OnTaken(long weight)
    {
        lock (_lock)
        {
            _untaken = Math.Max(0, _untaken - weight);
            Monitor.PulseAll(_lock);
        }
    }

    /// <returns>False if the window is full.</returns>
    public bool TryTakeRoom(long weight)
    {
        lock (_lock)
        {
            if (_untaken >= size) return false;
            _untaken += weight;
            return true;
        }
    }

    /// <summary>Waits for room, but not for long.</summary>
    public void WaitForRoom()
    {
        lock (_lock)
        {
            if (_untaken >= size) Monitor.Wait(_lock, Patience);
        }
    }
}
