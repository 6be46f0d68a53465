namespace ProcessPool.Scheduling;

/// <summary>
/// Calls back at a given time, on its own thread, because timers of the thread pool are late when the thread pool is busy.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class Alarm(TimeProvider time)
{
    private readonly object _lock = new();

    // Guarded by _lock.
    private long _at = long.MaxValue;
    private Thread? _thread;
    private bool _closed;

    /// <summary>The callback. Set it before the first <see cref="WakeAt"/>.</summary>
    public Action Ring { get; set; } = static () => { };

    /// <summary>Requests a callback at a timestamp of the clock, or earlier. Only the earliest request is kept.</summary>
    public void WakeAt(long timestamp)
    {
        lock (_lock)
        {
            if (_closed || timestamp >= _at) return;
            _at = timestamp;
            if (_thread is not null)
            {
                Monitor.Pulse(_lock);
                return;
            }

            _thread = new Thread(Run, maxStackSize: 512 * 1024) { IsBackground = true, Name = "processpool alarm" };
            _thread.Start();
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.Pulse(_lock);
        }
    }

    private void Run()
    {
        while (WaitForTime()) Ring();
    }

    /// <returns>False if the alarm was closed.</returns>
    private bool WaitForTime()
    {
        lock (_lock)
        {
            while (!_closed)
            {
                if (_at == long.MaxValue)
                {
                    Monitor.Wait(_lock);
                    continue;
                }

                var left = time.GetElapsedTime(time.GetTimestamp(), _at);
                if (left <= TimeSpan.Zero)
                {
                    _at = long.MaxValue;
                    return true;
                }

                Monitor.Wait(_lock, (int)Math.Min(Math.Ceiling(left.TotalMilliseconds), int.MaxValue));
            }

            return false;
        }
    }
}
