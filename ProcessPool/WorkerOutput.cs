namespace ProcessPool;

/// <summary>One line that a worker printed.</summary>
/// <param name="WorkerId">The worker's number in its pool, from 0.</param>
/// <param name="Item">The index of the item that printed it, if it came through <see cref="Console"/> while one ran;
/// null for native code, children, and what is printed between items.</param>
/// <param name="Source">Where the worker wrote it.</param>
/// <param name="Line">The text, without the end of the line.</param>
public readonly record struct WorkerOutput(int WorkerId, long? Item, OutputSource Source, string Line);

/// <summary>Where a worker wrote a line.</summary>
public enum OutputSource
{
    /// <summary><see cref="Console.Out"/>.</summary>
    Out,

    /// <summary><see cref="Console.Error"/>.</summary>
    Error,

    /// <summary>The descriptors of standard output or error: native code, children of the task, the runtime itself.</summary>
    Native,
}
