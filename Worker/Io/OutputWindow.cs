using ProcessPool.Frames;
using ProcessPool.Memory;

namespace ProcessPool.Worker.Io;

/// <summary>
/// Sends the lines that items print within a window. If the window is full, a printing thread waits for the coordinator's
/// printer, and the page says so. A line is lost only if no frames can be read that would announce room.
/// </summary>
internal sealed class OutputWindow(StatusPage page, Outbox outbox, Watch watch)
{
    private readonly SendWindow _window = new(ProtocolConstants.OutputWindow);
    private readonly Lock _waits = new();

    /// <summary>How many threads wait. Guarded by <see cref="_waits"/>.</summary>
    private int _waiting;

    private long _lost;

    /// <summary>How many lines could not be sent.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Called when the coordinator has taken lines. Thread-safe.</summary>
    public void OnTaken(long weight) => _window.OnTaken(weight);

    /// <summary>Sends a line when the window has room. Thread-safe. The caller must hold no lock that another thread needs.</summary>
    public void Send(FrameBuffer frame)
    {
        var weight = ProtocolConstants.WeightOf(frame.Length - ProtocolConstants.FrameHeader);
        if (!_window.TryTakeRoom(weight) && !WaitForRoom(weight))
        {
            Interlocked.Increment(ref _lost);
            return;
        }

        outbox.Append(frame);
        Interlocked.MemoryBarrier();
        watch.Attend();
    }

    private bool WaitForRoom(long weight)
    {
        // The lines that fill the window may still be in the outbox.
        outbox.Flush();
        lock (_waits)
        {
            if (_waiting++ == 0) page.Waits.Begin();
        }

        try
        {
            while (!_window.TryTakeRoom(weight))
            {
                if (!watch.CanHear) return false;
                _window.WaitForRoom();
            }

            return true;
        }
        finally
        {
            lock (_waits)
            {
                if (--_waiting == 0) page.Waits.End();
            }
        }
    }
}
