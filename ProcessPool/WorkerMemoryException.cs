namespace ProcessPool;

/// <summary>
/// The worker that ran an item died because it took too much memory. Only that item fails; the worker is replaced. The item is
/// not retried (<see cref="PoolOptions.MaxAttempts"/>).
/// </summary>
/// <remarks>
/// A task that allocates too much managed memory usually gets an <see cref="OutOfMemoryException"/> instead.
/// </remarks>
public sealed class WorkerMemoryException : WorkerDiedException
{
    private static string WhatToDo =>
        "Only this item is lost; the worker was replaced. Use less memory per item, or allow more per worker "
        + "(PoolOptions.MaxWorkerMemory) and use fewer workers (PoolOptions.Workers).";

    private WorkerMemoryException(in LostItem lost, string message, long? limit, long? used)
        : base(lost, message)
    {
        Limit = limit;
        Used = used;
    }

    /// <summary>
    /// How much it was allowed to take, in bytes: <see cref="PoolOptions.MaxWorkerMemory"/>, or the limit of its whole control
    /// group if the kernel killed it. Null if the kernel killed it and the group has no limit.
    /// </summary>
    public long? Limit { get; }

    /// <summary>How much private memory it had at the last check, in bytes; null if it was never checked.</summary>
    public long? Used { get; }

    internal static WorkerMemoryException OverLimit(in LostItem lost, long limit, long used) => new(
        lost,
        $"Item {lost.Item} failed: worker {lost.WorkerId} (process {lost.ProcessId}) took {MiB(used)} of private memory, "
        + $"more than PoolOptions.MaxWorkerMemory allows ({MiB(limit)}), and was killed while it ran the item. {WhatToDo}",
        limit,
        used);

    internal static WorkerMemoryException KilledByKernel(in LostItem lost, long? limit, long? used)
    {
        var where = limit is { } bytes ? $"its control group (limit {MiB(bytes)})" : "the machine";
        return new(
            lost,
            $"Item {lost.Item} failed: the kernel killed worker {lost.WorkerId} (process {lost.ProcessId}) while it ran "
            + $"the item, because {where} was out of memory.{DescribeLast(used)} {WhatToDo}",
            limit,
            used);
    }

    internal static WorkerMemoryException Uncaught(in LostItem lost, long limit, long? used) => new(
        lost,
        $"Item {lost.Item} failed: worker {lost.WorkerId} (process {lost.ProcessId}) reached its memory limit of {MiB(limit)} "
        + "(PoolOptions.MaxWorkerMemory), and an unhandled OutOfMemoryException on a thread other than the item's, "
        + $"or in the runtime itself, ended the process.{DescribeLast(used)} {WhatToDo}",
        limit,
        used);

    internal static string MiB(long bytes) => $"{bytes / (1024.0 * 1024.0):0.#} MiB";

    private static string DescribeLast(long? used) =>
        used is { } bytes ? $" At the last check it had {MiB(bytes)} of private memory." : "";
}
