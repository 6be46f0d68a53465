using ProcessPool.Frames;
using ProcessPool.Worker.Io;

namespace ProcessPool.Worker.Items;

/// <summary>Sends the reports of items within a window. If the window is full, a reporting thread waits.</summary>
internal sealed class ProgressWindow(Outbox outbox, Watch watch)
{
    private readonly SendWindow _window = new(ProtocolConstants.ProgressWindow);

    /// <summary>Called when the coordinator has taken reports. Thread-safe.</summary>
    public void OnTaken(long weight) => _window.OnTaken(weight);

    /// <summary>
    /// Sends a report when the window has space. Thread-safe. Drops the report if its item has ended meanwhile, or if no frames
    /// can be read that would announce space.
    /// </summary>
    /// <param name="frame">The report.</param>
    /// <param name="source">The channel of the call.</param>
    /// <param name="item">The running item.</param>
    public void Send(FrameBuffer frame, CallChannel source, long item)
    {
        var weight = ProtocolConstants.WeightOf(frame.Length - ProtocolConstants.FrameHeader);
        try
        {
            while (!_window.TryTakeRoom(weight))
            {
                // The reports that fill the window may still be in the outbox.
                outbox.Flush();
                if (source.RunningItem != item || !watch.CanHear) return;
                _window.WaitForRoom();
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
}
