using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

/// <summary>
/// The queue of calls that have items to start. The call that has had the least worker time comes first. Guarded by the
/// scheduler's lock.
/// </summary>
internal sealed class Turns
{
    /// <summary>
    /// One entry per call. A call's worker time grows while it is queued, so the entry may be too low. When such an entry comes
    /// to the front, it is put back with the current time.
    /// </summary>
    private readonly PriorityQueue<Job, (long WorkerTime, long Id)> _queue = new();

    /// <summary>
    /// The worker time of the call that had the last turn. A new call starts with this value. If it started at zero, a
    /// long-running call would get no workers as long as new calls keep coming.
    /// </summary>
    private long _timeOfTurn;

    /// <summary>Adds a new call.</summary>
    public void Join(Job job)
    {
        job.WorkerTime = _timeOfTurn;
        Enqueue(job);
    }

    /// <summary>Queues a call if it has something to start.</summary>
    public void Enqueue(Job job)
    {
        if (job.IsQueued || job.Ready == 0) return;
        job.IsQueued = true;
        _queue.Enqueue(job, (job.WorkerTime, job.Call.Id));
    }

    /// <summary>The call whose turn it is, without removing it; null if nothing can be started.</summary>
    public Job? Next()
    {
        while (_queue.TryPeek(out var job, out var priority))
        {
            if (job.Ready == 0)
            {
                _queue.Dequeue();
                job.IsQueued = false;

                // A thread that adds an input reads IsQueued afterwards. Either this thread sees the input, or that thread sees
                // IsQueued.
                Interlocked.MemoryBarrier();
                Enqueue(job);
                if (!job.IsQueued) continue;
            }

            if (priority.WorkerTime == job.WorkerTime) return job;
            _queue.DequeueEnqueue(job, (job.WorkerTime, job.Call.Id));
        }

        return null;
    }

    /// <summary>A call has had its turn.</summary>
    public void Took(Job job) => _timeOfTurn = Math.Max(_timeOfTurn, job.WorkerTime);
}
