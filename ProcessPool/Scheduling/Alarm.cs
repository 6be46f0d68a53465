namespace ProcessPool.Scheduling;

/// <summary>Calls back when it is time, on a thread of its own: timers of the thread pool are late when it is busy.</summary>
/// <param name="time">The clock.</param>
internal sealed class Alarm(TimeProvider time)
{
    private readonly object _lock = new();

    // Guarded by _lock.
    private long _at = long.MaxValue;
    private Thread? _thread;
    private bool _closed;

    /// <summary>What it calls. Set before it is asked for anything.</summary>
    public Action Ring { get; set; } = static () => { };

    /// <summary>Calls back once at a time, a timestamp of the clock, or before.</summary>
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

    /// <returns>False if it was closed.</returns>
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
