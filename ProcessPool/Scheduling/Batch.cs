using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

/// <summary>What a worker reported in one go, counted by job. Used only by the thread that reads from the worker.</summary>
internal sealed class Batch
{
    /// <summary>The job of the last items and their number. Nearly always all items belong to one job.</summary>
    private Job? _last;
    private int _lastCount;

    /// <summary>
    /// For each call, how many items were reported and how many of these have ended. Valid after <see cref="Close"/>.
    /// </summary>
    public List<(Job Job, int Count, int Ended)> Jobs { get; } = [];

    /// <summary>Items that failed.</summary>
    public List<(Job Job, long Key, Exception Failure, ItemRun Run)> Failures { get; } = [];

    public int Items { get; private set; }

    /// <summary>An item failed because the worker reached its memory limit.</summary>
    public bool RanOutOfMemory { get; set; }

    public void Add(Job job, int count = 1)
    {
        Items += count;
        if (_last == job)
        {
            _lastCount += count;
            return;
        }

        Close();
        (_last, _lastCount) = (job, count);
    }

    /// <summary>Ends the batch: nothing more will be added.</summary>
    public void Close()
    {
        if (_last is not null) Jobs.Add((_last, _lastCount, _lastCount));
        _last = null;
    }

    public void AddFailure(Job job, long key, Exception failure, in ItemRun run) => Failures.Add((job, key, failure, run));

    /// <summary>An item has not ended after all, because it will be retried.</summary>
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
