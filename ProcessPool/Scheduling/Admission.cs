using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

/// <summary>
/// Bounds how many items of <c>Apply</c> and <c>Map</c> calls wait for a worker. Calls that do not fit wait here, in the order of
/// their priorities and then of their ids. Streams have a bound of their own. Guarded by the scheduler's lock.
/// </summary>
/// <param name="most">How many items may wait, see <see cref="PoolOptions.MaxWaitingItems"/>.</param>
internal sealed class Admission(int most)
{
    private readonly SortedSet<Job> _waiting = new(Comparer<Job>.Create(static (one, other) =>
    {
        var order = other.Options.Priority.CompareTo(one.Options.Priority);
        return order != 0 ? order : one.Call.Id.CompareTo(other.Call.Id);
    }));

    /// <summary>How many items of admitted calls have not ended.</summary>
    private long _unfinished;

    /// <summary>How many items wait for one of so many workers. Each worker runs one item.</summary>
    public long Waiting(int workers) => Math.Max(0, _unfinished - workers);

    /// <summary>Whether the pool has room for a call of one item.</summary>
    public bool HasRoom(int workers) => _waiting.Count == 0 && Fits(1, workers);

    /// <summary>Adds a new call, which waits until it is admitted.</summary>
    public void Add(Job job)
    {
        job.IsAdmitted = job.IsStream || job.Total == 0;
        if (!job.IsAdmitted) _waiting.Add(job);
    }

    /// <summary>Admits the first call that waits, if it fits. No call overtakes it, or a large one would never fit.</summary>
    public Job? AdmitNext(int workers)
    {
        if (_waiting.Min is not { } job || !Fits(CountOf(job), workers)) return null;
        _waiting.Remove(job);
        _unfinished += CountOf(job);
        job.IsAdmitted = true;
        return job;
    }

    /// <summary>Items of an admitted call have ended.</summary>
    public void OnItemsEnded(Job job, int count)
    {
        if (!job.IsStream) _unfinished -= count;
    }

    /// <summary>A call has ended, maybe before it was admitted, or before all of its items have ended.</summary>
    public void OnCallEnded(Job job)
    {
        if (job.IsStream || _waiting.Remove(job)) return;
        _unfinished -= CountOf(job) - job.Items.Ended;
    }

    /// <summary>Looks for a broken invariant.</summary>
    public string? FindFault(IEnumerable<Job> jobs, int workers)
    {
        var unfinished = jobs.Where(static job => job is { IsStream: false, IsAdmitted: true }).Sum(static job => CountOf(job) - job.Items.Ended);
        if (unfinished != _unfinished) return $"{_unfinished} items count as unfinished, and {unfinished} are";
        return _waiting.Min is { } first && Fits(CountOf(first), workers) ? $"call {first.Call.Id} waits although the pool has room for it" : null;
    }

    /// <summary>A call that is larger than the bound starts when a worker is free.</summary>
    private bool Fits(long count, int workers) => _unfinished < workers || _unfinished + count <= (long)most + workers;

    private static long CountOf(Job job) => job.Total!.Value;
}
