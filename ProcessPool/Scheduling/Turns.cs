using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

/// <summary>Whose turn it is: the calls that have items to start, the one with the least worker time first. Guarded by the scheduler's lock.</summary>
internal sealed class Turns
{
    /// <summary>
    /// One entry a call. A call's time grows while it stands here, so the entry may be too low: it is put back with the true
    /// one when it comes to the front.
    /// </summary>
    private readonly PriorityQueue<Job, (long WorkerTime, long Id)> _queue = new();

    /// <summary>
    /// The worker time of the call whose turn it was. A call that starts counts as having had as much: if it started at nothing,
    /// one that has run for a while would get no worker any more as long as new ones keep coming.
    /// </summary>
    private long _timeOfTurn;

    /// <summary>A call starts.</summary>
    public void Join(Job job)
    {
        job.WorkerTime = _timeOfTurn;
        Enqueue(job);
    }

    /// <summary>A call has something to start, perhaps.</summary>
    public void Enqueue(Job job)
    {
        if (job.IsQueued || job.Ready == 0) return;
        job.IsQueued = true;
        _queue.Enqueue(job, (job.WorkerTime, job.Call.Id));
    }

    /// <summary>The call whose turn it is, left in the queue; null if nothing can be started.</summary>
    public Job? Next()
    {
        while (_queue.TryPeek(out var job, out var priority))
        {
            if (job.Ready == 0)
            {
                _queue.Dequeue();
                job.IsQueued = false;

                // Whoever adds an input looks at IsQueued after that: either the input is seen here, or this is seen there.
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
