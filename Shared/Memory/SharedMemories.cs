namespace ProcessPool.Memory;

/// <summary>The shared memory that this process has mapped, by its id. What nothing refers to any more is not kept.</summary>
internal static class SharedMemories
{
    private static readonly Lock Gate = new();

    /// <summary>Guarded by <see cref="Gate"/>.</summary>
    private static readonly Dictionary<long, WeakReference<SharedMemory>> Open = [];

    /// <summary>What this process has made objects of, and keeps until it is closed. Guarded by <see cref="Gate"/>.</summary>
    private static readonly HashSet<SharedMemory> Kept = [];

    /// <summary>
    /// Memory that others were told of is closed here: those who told workers of it tell them that it is gone. Raised
    /// without a lock, on any thread, the finalizer's too.
    /// </summary>
    public static event Action<long>? Released;

    /// <summary>Whether this process is a worker: memory that it has made may be its coordinator's.</summary>
    public static bool IsInWorker { get; set; }

    /// <summary>Where memory is noted that is written to messages on this thread; null if nobody wants to know.</summary>
    [field: ThreadStatic]
    public static HashSet<SharedMemory>? Written { get; set; }

    /// <summary>New memory, all zeros.</summary>
    public static SharedMemory Create(long size)
    {
        var id = NewId();
        return Add(new SharedMemory(id, MemoryBacking.CreateAnonymous(id, Math.Max(size, 1)), size));
    }

    /// <summary>Memory in a file of the user's.</summary>
    public static SharedMemory Map(MemoryBacking file, long size) => Add(new SharedMemory(NewId(), file, size));

    /// <summary>Memory that another process told of: as this process has it already, or opened now.</summary>
    /// <param name="id">The memory's id.</param>
    /// <param name="kind">What it lies in.</param>
    /// <param name="path">How it is opened.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="isNew">Whether it was not known here.</param>
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

    /// <summary>It is written to a message.</summary>
    public static void OnWritten(SharedMemory memory)
    {
        memory.IsKnownElsewhere = true;
        Written?.Add(memory);
    }

    /// <summary>The process that told of it says that it is gone: it is closed here too, whoever refers to it.</summary>
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
    /// Keeps it though nothing may refer to it, as between two calls: until the process that told of it says that it is gone, or it is
    /// disposed of here.
    /// </summary>
    public static void KeepUntilReleased(SharedMemory memory)
    {
        lock (Gate)
        {
            if (Open.TryGetValue(memory.Id, out var known) && known.TryGetTarget(out var current) && current == memory) Kept.Add(memory);
        }
    }

    /// <summary>It is being closed.</summary>
    /// <returns>False if it was dropped, and opened again since: then others still use it.</returns>
    public static bool Forget(SharedMemory memory)
    {
        lock (Gate)
        {
            Kept.Remove(memory);

            // The reference is dead already if the finalizer closes it; then another one would have taken its place.
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

    /// <summary>No two processes may make the same, also when process ids come again.</summary>
    private static long NewId() => Random.Shared.NextInt64(1, long.MaxValue);
}
