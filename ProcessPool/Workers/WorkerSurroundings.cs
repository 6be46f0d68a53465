using System.Collections.ObjectModel;

namespace ProcessPool.Workers;

/// <summary>What the processes of a pool find around them, as the options said when the pool was made.</summary>
/// <param name="Environment">Variables to set, or to remove (null).</param>
/// <param name="Directory">Where everything runs, in full; null: each call in its caller's directory.</param>
/// <param name="Niceness">How much nicer than this process they are.</param>
/// <param name="MaxMemory">What each may take, in bytes; null: no limit.</param>
internal sealed record WorkerSurroundings(IReadOnlyDictionary<string, string?> Environment, string? Directory, int Niceness, long? MaxMemory)
{
    /// <summary>How this system compares the names of variables.</summary>
    public static StringComparer NamesOfVariables => OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    public static WorkerSurroundings None { get; } = new(ReadOnlyDictionary<string, string?>.Empty, null, 0, null);

    /// <summary>Those of a pool. Copied: what the options refer to, and the current directory, may change.</summary>
    public static WorkerSurroundings Of(PoolOptions options) => new(
        new Dictionary<string, string?>(options.Environment, NamesOfVariables),
        options.WorkingDirectory is { } directory ? Path.GetFullPath(directory) : null,
        options.Niceness,
        options.MaxWorkerMemory);
}
