using ProcessPool.Frames;
using ProcessPool.Worker.Io;

namespace ProcessPool.Worker.Items;

/// <summary>
/// What items report, on its way: no more of it than the coordinator has taken, but for a window. Where there is no room, whoever reports
/// waits here, and not for the pipe, in which the results of other items would wait, too.
/// </summary>
internal sealed class ProgressWindow(Outbox outbox, Watch watch)
{
    /// <summary>How long to wait before it is looked at again whether the report is still wanted, in milliseconds.</summary>
    private const int Patience = 50;

    private readonly object _lock = new();

    /// <summary>The weight of what was sent and not taken. Guarded by <see cref="_lock"/>.</summary>
    private long _untaken;

    /// <summary>The coordinator has taken some; any thread.</summary>
    public void OnTaken(long weight)
    {
        lock (_lock)
        {
            _untaken = Math.Max(0, _untaken - weight);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Sends a report when there is room for it; any thread. Drops it once nobody wants it, or if nobody here would hear that there is room.</summary>
    /// <param name="frame">The report.</param>
    /// <param name="source">Who reports.</param>
    /// <param name="item">The item that runs.</param>
    public void Send(FrameBuffer frame, CallChannel source, long item)
    {
        var weight = Math.Max(ProtocolConstants.LeastProgressWeight, frame.Length - ProtocolConstants.FrameHeader);
        try
        {
            while (!TryTakeRoom(weight))
            {
                // What is held back may be all that the room is waited for.
                outbox.Flush();
                if (source.RunningItem != item || !watch.CanHear) return;
                WaitForRoom();
            }

            outbox.Append(frame);
        }
        catch (ConnectionEndedException)
        {
            // The pool has hung up on a worker that is no process; its main thread will find that out.
            return;
        }

        Interlocked.MemoryBarrier();
        watch.Attend();
    }

    private bool TryTakeRoom(long weight)
    {
        lock (_lock)
        {
            if (_untaken >= ProtocolConstants.ProgressWindow) return false;
            _untaken += weight;
            return true;
        }
    }

    private void WaitForRoom()
    {
        lock (_lock)
        {
            if (_untaken >= ProtocolConstants.ProgressWindow) Monitor.Wait(_lock, Patience);
        }
    }
}
