namespace ProcessPool;

/// <summary>
/// The worker that ran an item ended because of the memory that it took. Only that item fails, and it is not tried again
/// (<see cref="PoolOptions.MaxAttempts"/>); the worker is replaced.
/// </summary>
/// <remarks>
/// A task that only allocates too much managed memory meets <see cref="OutOfMemoryException"/> instead, before its worker is killed.
/// </remarks>
public sealed class WorkerMemoryException : WorkerDiedException
{
    private static string WhatToDo =>
        "Only this item is lost; the worker was replaced. Let the item take less at once, or give workers more (PoolOptions.MaxWorkerMemory) and have fewer of them (PoolOptions.Workers).";

    private WorkerMemoryException(in LostItem lost, string message, long? limit, long? used)
        : base(lost, message)
    {
        Limit = limit;
        Used = used;
    }

    /// <summary>
    /// How much it was allowed to take, in bytes: <see cref="PoolOptions.MaxWorkerMemory"/>, or if the kernel killed it, what its
    /// control group may take as a whole. Null if the kernel killed it and there is no such limit.
    /// </summary>
    public long? Limit { get; }

    /// <summary>How much private memory it had when that was last looked at, in bytes; null if it never was.</summary>
    public long? Used { get; }

    internal static WorkerMemoryException OverLimit(in LostItem lost, long limit, long used) => new(
        lost, $"Item {lost.Item} failed: worker {lost.WorkerId} (process {lost.ProcessId}) had taken {MiB(used)} of private memory, more than the {MiB(limit)} of "
        + $"PoolOptions.MaxWorkerMemory, and was killed while it ran the item. {WhatToDo}", limit, used);

    internal static WorkerMemoryException KilledByKernel(in LostItem lost, long? limit, long? used)
    {
        var whose = limit is { } bytes ? $"the control group that it is in, which may take {MiB(bytes)}, had none left" : "the machine had none left";
        return new(lost, $"Item {lost.Item} failed: the kernel killed worker {lost.WorkerId} (process {lost.ProcessId}) for its memory while it ran the item, as {whose}."
            + $"{DescribeLast(used)} {WhatToDo}", limit, used);
    }

    internal static WorkerMemoryException Uncaught(in LostItem lost, long limit, long? used) => new(
        lost, $"Item {lost.Item} failed: worker {lost.WorkerId} (process {lost.ProcessId}) may take {MiB(limit)} (PoolOptions.MaxWorkerMemory), and it met an "
        + $"OutOfMemoryException that nothing caught, on another thread than the item's or in the runtime itself, which ended the process.{DescribeLast(used)} {WhatToDo}", limit, used);

    internal static string MiB(long bytes) => $"{bytes / (1024.0 * 1024.0):0.#} MiB";

    private static string DescribeLast(long? used) => used is { } bytes ? $" When it was last looked at, it had {MiB(bytes)} of private memory." : "";
}
