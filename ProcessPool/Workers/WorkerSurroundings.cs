using System.Collections.ObjectModel;
using System.Globalization;

namespace ProcessPool.Workers;

/// <summary>The environment in which a pool's processes run, as the options said when the pool was made.</summary>
/// <param name="Environment">Variables to set, or to remove (null).</param>
/// <param name="Directory">The full path of the directory in which everything runs; null: each call runs in its caller's
/// directory.</param>
/// <param name="Niceness">How much nicer than this process the workers are.</param>
/// <param name="MaxMemory">How much memory each worker may take, in bytes; null: no limit.</param>
internal sealed record WorkerSurroundings(IReadOnlyDictionary<string, string?> Environment, string? Directory, int Niceness, long? MaxMemory)
{
    /// <summary>The processors on which the worker runs; empty: the same as this process.</summary>
    public IReadOnlyList<int> Processors { get; private init; } = [];

    /// <summary>The variables that the options name.</summary>
    private IReadOnlyDictionary<string, string?> Named { get; init; } = ReadOnlyDictionary<string, string?>.Empty;

    /// <summary>The culture in which everything runs; null: each call runs in its caller's.</summary>
    public CultureInfo? Culture { get; private init; }

    /// <summary>The same for the UI culture.</summary>
    public CultureInfo? UICulture { get; private init; }

    /// <summary>How this system compares names of environment variables.</summary>
    public static StringComparer NamesOfVariables => OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    public static WorkerSurroundings None { get; } = new(ReadOnlyDictionary<string, string?>.Empty, null, 0, null);

    /// <summary>
    /// The environment for a pool. Makes copies, because the objects in the options and the current directory may change.
    /// </summary>
    public static WorkerSurroundings Of(PoolOptions options)
    {
        var named = new Dictionary<string, string?>(options.Environment, NamesOfVariables);
        return new(
            WithShares(named, options, null),
            options.WorkingDirectory is { } directory ? Path.GetFullPath(directory) : null,
            options.Niceness,
            options.MaxWorkerMemory)
        {
            Named = named,
            Culture = options.Culture,
            UICulture = options.UICulture,
        };
    }

    /// <summary>The same for one worker, with what its own options say.</summary>
    public WorkerSurroundings With(WorkerOptions worker, PoolOptions options)
    {
        var named = new Dictionary<string, string?>(Named, NamesOfVariables);
        foreach (var (name, value) in worker.Environment) named[name] = value;
        int[] processors = [.. worker.Processors.Distinct()];
        return this with { Environment = WithShares(named, options, processors.Length > 0 ? processors.Length : null), Named = named, Processors = processors };
    }

    /// <summary>
    /// The variables by which native libraries are told how many threads to start. Without them each worker would start as many
    /// as the machine has processors.
    /// </summary>
    private static readonly string[] NativeThreads =
    [
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS",
    ];

    private static Dictionary<string, string?> WithShares(Dictionary<string, string?> named, PoolOptions options, int? own)
    {
        var environment = new Dictionary<string, string?>(named, NamesOfVariables);
        var share = options.ProcessorsPerWorker ?? own ?? Math.Max(1, System.Environment.ProcessorCount / Math.Max(1, options.Workers));
        foreach (var name in NativeThreads) SetUnlessSet(environment, name, share);

        // On Windows a process gets its processors when its runtime has counted them already.
        if ((options.ProcessorsPerWorker ?? (OperatingSystem.IsWindows() ? own : null)) is { } processors) environment.TryAdd("DOTNET_PROCESSOR_COUNT", Text(processors));
        return environment;
    }

    private static void SetUnlessSet(Dictionary<string, string?> environment, string name, int value)
    {
        if (System.Environment.GetEnvironmentVariable(name) is null) environment.TryAdd(name, Text(value));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
