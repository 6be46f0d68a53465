namespace ProcessPool;

/// <summary>One line that a worker printed.</summary>
public sealed record WorkerOutput
{
    internal WorkerOutput(int workerId, long? item, OutputSource source, string line) => (WorkerId, Item, Source, Line) = (workerId, item, source, line);

    /// <summary>The worker's number in its pool, from 0.</summary>
    public int WorkerId { get; }

    /// <summary>
    /// The index of the item that printed the line through <see cref="Console"/>. Null for native code, child processes, and
    /// lines printed between items.
    /// </summary>
    public long? Item { get; }

    /// <summary>Where the worker wrote it.</summary>
    public OutputSource Source { get; }

    /// <summary>The text, without the line break; at most 16,777,216 characters (UTF-16 code units).</summary>
    public string Line { get; }

    /// <summary>
    /// Whether the line was longer than that and goes on with the next <see cref="Line"/> of the same worker and source.
    /// </summary>
    public bool IsPartial { get; internal init; }
}

/// <summary>Where a worker wrote a line.</summary>
public enum OutputSource
{
    /// <summary><see cref="Console.Out"/>.</summary>
    Out,

    /// <summary><see cref="Console.Error"/>.</summary>
    Error,

    /// <summary>
    /// The file descriptors of standard output or error: native code, child processes of the task, the runtime itself.
    /// </summary>
    Native,
}
