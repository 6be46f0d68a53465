using System.Runtime.CompilerServices;

namespace ProcessPool.Scheduling;

/// <summary>Calls back after a time, on a thread of its own: timers of the thread pool are late when it is busy.</summary>
internal sealed class Alarm
{
    private readonly object _lock = new();
    private readonly PriorityQueue<Action, long> _actions = new();
    private Thread? _thread;
    private bool _closed;

    /// <summary>Calls <paramref name="action"/> once after <paramref name="delay"/>, unless closed before.</summary>
    public void Set(TimeSpan delay, Action action)
    {
        lock (_lock) Add(delay, action);
    }

    /// <summary>Calls back once after the time, and not when it was to be called back before.</summary>
    public void Move(TimeSpan delay, Action action)
    {
        lock (_lock)
        {
            _actions.Remove(action, out _, out _);
            Add(delay, action);
        }
    }

    /// <summary>Under _lock.</summary>
    private void Add(TimeSpan delay, Action action)
    {
        if (_closed) return;
        var at = Environment.TickCount64 + (long)Math.Ceiling(delay.TotalMilliseconds);
        var sooner = !_actions.TryPeek(out _, out var first) || at < first;
        _actions.Enqueue(action, at);
        if (_thread is null)
        {
            _thread = new Thread(Run, maxStackSize: 512 * 1024) { IsBackground = true, Name = "processpool alarm" };
            _thread.Start();
        }
        else if (sooner)
        {
            Monitor.Pulse(_lock);
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
        while (RunNext())
        {
            // Each in a frame of its own, which ends: one that went on to wait would hold on to the last action, and with
            // it to the call that the action was about, for as long as the pool has nothing to do.
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RunNext()
    {
        Action action;
        lock (_lock)
        {
            while (true)
            {
                if (_closed) return false;
                if (!_actions.TryPeek(out action!, out var at))
                {
                    Monitor.Wait(_lock);
                    continue;
                }

                var left = at - Environment.TickCount64;
                if (left <= 0) break;
                Monitor.Wait(_lock, (int)Math.Min(left, int.MaxValue));
            }

            _actions.Dequeue();
        }

        action();
        return true;
    }
}
