using ProcessPool.Jobs;

namespace ProcessPool.Workers;

/// <summary>What a worker reported at one go, counted by job; belongs to the thread that reads from it.</summary>
internal sealed class Batch
{
    /// <summary>How many items of which job; nearly always one job.</summary>
    public List<(Job Job, int Count)> Jobs { get; } = [];

    /// <summary>Items that failed.</summary>
    public List<(Job Job, long Key, Exception Failure, ItemRun Run)> Failures { get; } = [];

    public int Items { get; private set; }

    /// <summary>One of them failed because the worker, which has a limit, found no more memory.</summary>
    public bool RanOutOfMemory { get; set; }

    public void Add(Job job)
    {
        Items++;
        var last = Jobs.Count - 1;
        if (last >= 0 && Jobs[last].Job == job) Jobs[last] = (job, Jobs[last].Count + 1);
        else Jobs.Add((job, 1));
    }

    public void AddFailure(Job job, long key, Exception failure, in ItemRun run) => Failures.Add((job, key, failure, run));

    public void Clear()
    {
        Jobs.Clear();
        Failures.Clear();
        Items = 0;
        RanOutOfMemory = false;
    }
}
