using ProcessPool.Memory;

namespace ProcessPool.Workers;

/// <summary>How long a source of lines has had to wait for the printer. Thread-safe.</summary>
internal sealed class PrinterWait
{
    private readonly Lock _lock = new();
    private StatusPage? _page;
    private long _total;
    private long _since;
    private long _endedAt;
    private bool _isWaiting;

    /// <param name="page">The page of the worker, if the waits are to be noted there; otherwise null.</param>
    public PrinterWait(StatusPage? page = null) => _page = page;

    /// <summary>In total.</summary>
    public TimeSpan Total
    {
        get
        {
            lock (_lock) return TimeSpan.FromMilliseconds(_total + (_isWaiting ? Environment.TickCount64 - _since : 0));
        }
    }

    /// <summary>Now if it waits, otherwise when the last wait ended, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long End
    {
        get
        {
            lock (_lock) return _isWaiting ? Environment.TickCount64 : _endedAt;
        }
    }

    /// <summary>Whether it waits from now on.</summary>
    public void Set(bool isWaiting)
    {
        lock (_lock)
        {
            if (isWaiting == _isWaiting) return;
            _isWaiting = isWaiting;
            if (isWaiting)
            {
                _since = Environment.TickCount64;
                _page?.ErrorWaits.Begin();
                return;
            }

            _endedAt = Environment.TickCount64;
            _total += _endedAt - _since;
            _page?.ErrorWaits.End();
        }
    }

    /// <summary>The page is about to be unmapped.</summary>
    public void LeavePage()
    {
        lock (_lock) _page = null;
    }
}
