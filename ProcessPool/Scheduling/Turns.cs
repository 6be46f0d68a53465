using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

/// <summary>
/// The queue of calls that have items to start. A call of higher priority comes first; among calls of the same priority, the one
/// that has had the least worker time. Guarded by the scheduler's lock.
/// </summary>
internal sealed class Turns
{
    /// <summary>
    /// One entry per call. A call's worker time grows while it is queued, so the entry may be too low. When such an entry comes
    /// to the front, it is put back with the current time.
    /// </summary>
    private readonly PriorityQueue<Job, (long Rank, long WorkerTime, long Id)> _queue = new();

    /// <summary>The calls of the default priority. Nearly all calls have it, so it is always kept.</summary>
    private readonly Level _default = new();

    /// <summary>The other priorities that calls under way have.</summary>
    private readonly Dictionary<int, Level> _others = [];

    /// <summary>Adds a new call.</summary>
    public void Join(Job job)
    {
        var level = LevelOf(job.Options.Priority);
        level.Calls++;
        job.Level = level;
        job.WorkerTime = level.TimeOfTurn;
        Enqueue(job);
    }

    /// <summary>A call has ended. It may never have joined.</summary>
    public void Leave(Job job)
    {
        if (job.Level is not { } level) return;
        job.Level = null;
        if (--level.Calls == 0 && level != _default) _others.Remove(job.Options.Priority);
    }

    /// <summary>Queues a call if it has something to start.</summary>
    public void Enqueue(Job job)
    {
        if (job.IsQueued || job.Ready == 0) return;
        job.IsQueued = true;
        _queue.Enqueue(job, KeyOf(job));
    }

    /// <summary>The call whose turn it is, without removing it; null if nothing can be started.</summary>
    public Job? Next()
    {
        while (_queue.TryPeek(out var job, out var key))
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

            if (key.WorkerTime == job.WorkerTime) return job;
            _queue.DequeueEnqueue(job, KeyOf(job));
        }

        return null;
    }

    /// <summary>A call has had its turn.</summary>
    public static void Took(Job job) => job.Level!.TimeOfTurn = Math.Max(job.Level.TimeOfTurn, job.WorkerTime);

    private static (long Rank, long WorkerTime, long Id) KeyOf(Job job) => (-(long)job.Options.Priority, job.WorkerTime, job.Call.Id);

    private Level LevelOf(int priority)
    {
        if (priority == 0) return _default;
        if (!_others.TryGetValue(priority, out var level)) _others.Add(priority, level = new Level());
        return level;
    }

    /// <summary>The calls of one priority.</summary>
    public sealed class Level
    {
        /// <summary>How many calls of this priority are under way.</summary>
        public int Calls { get; set; }

        /// <summary>
        /// The worker time of the call that had the last turn. A new call starts with this value. If it started at zero, a
        /// long-running call would get no workers as long as new calls keep coming.
        /// </summary>
        public long TimeOfTurn { get; set; }
    }
}
