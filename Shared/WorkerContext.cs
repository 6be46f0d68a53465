namespace ProcessPool;

/// <summary>What code that runs in a worker can know about itself. In a process that is no worker all of it is -1 or false.</summary>
/// <remarks>A worker runs one item at a time, so this holds for all threads of it.</remarks>
public static class WorkerContext
{
    private static long _itemIndex = -1;

    /// <summary>Whether this process is a worker of a pool.</summary>
    public static bool IsWorker => WorkerId >= 0;

    /// <summary>The number of this worker in its pool, from 0; a process that takes a dead one's place takes its number.</summary>
    public static int WorkerId { get; internal set; } = -1;

    /// <summary>The index in its call of the item that runs; -1 between items and in an initializer.</summary>
    public static long ItemIndex
    {
        get => Volatile.Read(ref _itemIndex);
        internal set => Volatile.Write(ref _itemIndex, value);
    }
}
