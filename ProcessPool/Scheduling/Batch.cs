using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

/// <summary>What a worker reported at one go, counted by job; belongs to the thread that reads from it.</summary>
internal sealed class Batch
{
    /// <summary>The job of the last items, and how many they are: nearly always all are of one job.</summary>
    private Job? _last;
    private int _lastCount;

    /// <summary>How many items of which call, and how many of these have ended; once it is closed.</summary>
    public List<(Job Job, int Count, int Ended)> Jobs { get; } = [];

    /// <summary>Items that failed.</summary>
    public List<(Job Job, long Key, Exception Failure, ItemRun Run)> Failures { get; } = [];

    public int Items { get; private set; }

    /// <summary>One of them failed because the worker, which has a limit, found no more memory.</summary>
    public bool RanOutOfMemory { get; set; }

    public void Add(Job job)
    {
        Items++;
        if (_last == job)
        {
            _lastCount++;
            return;
        }

        Close();
        (_last, _lastCount) = (job, 1);
    }

    /// <summary>No more will be added.</summary>
    public void Close()
    {
        if (_last is not null) Jobs.Add((_last, _lastCount, _lastCount));
        _last = null;
    }

    public void AddFailure(Job job, long key, Exception failure, in ItemRun run) => Failures.Add((job, key, failure, run));

    /// <summary>An item of a call has not ended: it is tried again.</summary>
    public void Remove(Job job)
    {
        var index = Jobs.FindIndex(some => some.Job == job && some.Ended > 0);
        Jobs[index] = Jobs[index] with { Ended = Jobs[index].Ended - 1 };
    }

    public void Clear()
    {
        Jobs.Clear();
        _last = null;
        Failures.Clear();
        Items = 0;
        RanOutOfMemory = false;
    }
}
