namespace ProcessPool;

/// <summary>What a pool has done so far: a snapshot, see <see cref="Pool.Statistics"/>.</summary>
public sealed class PoolStatistics
{
    internal PoolStatistics(IReadOnlyList<WorkerStatistics> workers)
    {
        Workers = workers;
        BytesSent = workers.Sum(worker => worker.BytesSent);
        BytesReceived = workers.Sum(worker => worker.BytesReceived);
    }

    /// <summary>Each worker's part, by its number; that of the processes it replaced is included.</summary>
    public IReadOnlyList<WorkerStatistics> Workers { get; }

    /// <summary>The bytes written to all workers: functions with what they captured, arguments, and the frames around them.</summary>
    public long BytesSent { get; }

    /// <summary>The bytes that came from all workers: results, printed lines, and the frames around them.</summary>
    public long BytesReceived { get; }
}

/// <summary>One worker's part of <see cref="PoolStatistics"/>.</summary>
public sealed class WorkerStatistics
{
    /// <summary>Its number in the pool, from 0.</summary>
    public int Worker { get; internal init; }

    /// <summary>The bytes written to it.</summary>
    public long BytesSent { get; internal init; }

    /// <summary>The bytes that came from it.</summary>
    public long BytesReceived { get; internal init; }
}
