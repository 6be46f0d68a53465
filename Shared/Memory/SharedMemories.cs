namespace ProcessPool.Memory;

/// <summary>The shared memory that this process has mapped, by id. The references are weak.</summary>
internal static class SharedMemories
{
    private static readonly Lock Gate = new();

    /// <summary>Guarded by <see cref="Gate"/>.</summary>
    private static readonly Dictionary<long, WeakReference<SharedMemory>> Open = [];

    /// <summary>Memory that was decoded into objects. It is kept until it is closed. Guarded by <see cref="Gate"/>.</summary>
    private static readonly HashSet<SharedMemory> Kept = [];

    /// <summary>
    /// Raised when memory that other processes know is closed here, so that pools can tell their workers. Raised without a lock,
    /// on any thread, including the finalizer thread.
    /// </summary>
    public static event Action<long>? Released;

    /// <summary>Whether this process is a worker. Memory that it created may still be in use by its coordinator.</summary>
    public static bool IsInWorker { get; set; }

    /// <summary>Collects the memory that is written to messages on this thread; null if it is not to be collected.</summary>
    [field: ThreadStatic]
    public static HashSet<SharedMemory>? Written { get; set; }

    /// <summary>Creates memory, all zeros.</summary>
    public static SharedMemory Create(long size)
    {
        var id = NewId();
        return Add(new SharedMemory(id, MemoryBacking.CreateAnonymous(id, Math.Max(size, 1)), size));
    }

    /// <summary>Maps a file of the user's.</summary>
    public static SharedMemory Map(MemoryBacking file, long size) => Add(new SharedMemory(NewId(), file, size));

    /// <summary>Returns memory that another process has sent. Opens it if this process does not have it yet.</summary>
    /// <param name="id">The memory's id.</param>
    /// <param name="kind">What holds the memory.</param>
    /// <param name="path">The path by which it is opened.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="isNew">Whether this process did not have it yet.</param>
    public static SharedMemory Get(long id, MemoryKind kind, string path, long size, out bool isNew)
    {
        lock (Gate)
        {
            isNew = false;
            if (Open.TryGetValue(id, out var known) && known.TryGetTarget(out var memory)) return memory;
            isNew = true;
            memory = new SharedMemory(id, MemoryBacking.Open(id, kind, path), size) { IsKnownElsewhere = true };
            Open[id] = new WeakReference<SharedMemory>(memory);
            return memory;
        }
    }

    /// <summary>Called when memory is written to a message.</summary>
    public static void OnWritten(SharedMemory memory)
    {
        memory.IsKnownElsewhere = true;
        Written?.Add(memory);
    }

    /// <summary>Closes memory because the process that sent it has closed it, even if objects here still refer to it.</summary>
    public static void Release(long id)
    {
        SharedMemory? memory = null;
        lock (Gate)
        {
            if (Open.TryGetValue(id, out var known)) known.TryGetTarget(out memory);
        }

        memory?.Close();
    }

    /// <summary>
    /// Keeps memory even while nothing refers to it, for example between two calls, until the process that sent it releases it or
    /// it is disposed here.
    /// </summary>
    public static void KeepUntilReleased(SharedMemory memory)
    {
        lock (Gate)
        {
            if (Open.TryGetValue(memory.Id, out var known) && known.TryGetTarget(out var current) && current == memory) Kept.Add(memory);
        }
    }

    /// <summary>Called when memory is being closed.</summary>
    /// <returns>False if it was dropped and has been opened again since, so that other objects still use it.</returns>
    public static bool Forget(SharedMemory memory)
    {
        lock (Gate)
        {
            Kept.Remove(memory);

            // If the finalizer closes the memory, the weak reference is already dead. If the memory was opened again, the entry
            // refers to the new object.
            if (!Open.TryGetValue(memory.Id, out var known) || (known.TryGetTarget(out var current) && current != memory)) return false;
            return Open.Remove(memory.Id);
        }
    }

    public static void OnReleased(long id) => Released?.Invoke(id);

    private static SharedMemory Add(SharedMemory memory)
    {
        lock (Gate) Open.Add(memory.Id, new WeakReference<SharedMemory>(memory));
        return memory;
    }

    /// <summary>Random, because no two processes may create the same id, even when process ids are reused.</summary>
    private static long NewId() => Random.Shared.NextInt64(1, long.MaxValue);
}
