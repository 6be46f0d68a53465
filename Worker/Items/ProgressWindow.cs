using ProcessPool.Frames;
using ProcessPool.Worker.Io;

namespace ProcessPool.Worker.Items;

/// <summary>
/// Limits the reports that are on their way to the coordinator to a window. If the window is full, a reporting thread waits here.
/// It does not wait for the pipe, where it would also hold up results.
/// </summary>
internal sealed class ProgressWindow(Outbox outbox, Watch watch)
{
    /// <summary>In milliseconds. A waiting thread checks this often whether its report is still wanted.</summary>
    private const int Patience = 50;

    private readonly object _lock = new();

    /// <summary>The weight of the reports that were sent but not yet taken. Guarded by <see cref="_lock"/>.</summary>
    private long _untaken;

    /// <summary>Called when the coordinator has taken reports. Thread-safe.</summary>
    public void OnTaken(long weight)
    {
        lock (_lock)
        {
            _untaken = Math.Max(0, _untaken - weight);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>
    /// Sends a report when the window has space. Thread-safe. Drops the report if its item has ended meanwhile, or if no frames
    /// can be read that would announce space.
    /// </summary>
    /// <param name="frame">The report.</param>
    /// <param name="source">The channel of the call.</param>
    /// <param name="item">The running item.</param>
    public void Send(FrameBuffer frame, CallChannel source, long item)
    {
        var weight = Math.Max(ProtocolConstants.LeastProgressWeight, frame.Length - ProtocolConstants.FrameHeader);
        try
        {
            while (!TryTakeRoom(weight))
            {
                // The reports that fill the window may still be in the outbox.
                outbox.Flush();
                if (source.RunningItem != item || !watch.CanHear) return;
                WaitForRoom();
            }

            outbox.Append(frame);
        }
        catch (ConnectionEndedException)
        {
            // The pool has closed the connection to a worker that is a thread. The worker's main thread will notice.
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
