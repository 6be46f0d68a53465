using ProcessPool.Frames;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Shared memory that is gone.
internal sealed partial class Scheduler
{
    /// <summary>
    /// Tells all workers that shared memory is gone. Those too that were never told of it: to know who was would cost more
    /// than the few bytes. It comes behind whatever they were sent before, and what is sent after it finds the memory gone.
    /// </summary>
    public void ReleaseMemory(long id)
    {
        WorkerProcess[] workers;
        lock (_lock) workers = [.. _workers, .. _initializing];
        foreach (var worker in workers)
        {
            var message = worker.Sender.Rent();
            message.WriteFrame(FrameKind.Release, id);
            worker.Sender.Send(message);
        }
    }
}
