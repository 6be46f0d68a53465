using System.Collections.ObjectModel;

namespace ProcessPool.Workers;

/// <summary>The environment in which a pool's processes run, as the options said when the pool was made.</summary>
/// <param name="Environment">Variables to set, or to remove (null).</param>
/// <param name="Directory">The full path of the directory in which everything runs; null: each call runs in its caller's
/// directory.</param>
/// <param name="Niceness">How much nicer than this process the workers are.</param>
/// <param name="MaxMemory">How much memory each worker may take, in bytes; null: no limit.</param>
internal sealed record WorkerSurroundings(IReadOnlyDictionary<string, string?> Environment, string? Directory, int Niceness, long? MaxMemory)
{
    /// <summary>How this system compares names of environment variables.</summary>
    public static StringComparer NamesOfVariables => OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    public static WorkerSurroundings None { get; } = new(ReadOnlyDictionary<string, string?>.Empty, null, 0, null);

    /// <summary>
    /// The environment for a pool. Makes copies, because the objects in the options and the current directory may change.
    /// </summary>
    public static WorkerSurroundings Of(PoolOptions options) => new(
        new Dictionary<string, string?>(options.Environment, NamesOfVariables),
        options.WorkingDirectory is { } directory ? Path.GetFullPath(directory) : null,
        options.Niceness,
        options.MaxWorkerMemory);
}
