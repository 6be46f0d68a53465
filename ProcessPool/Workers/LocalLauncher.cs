using System.ComponentModel;
using CliWrap;
using CliWrap.Builders;
using ProcessPool.Frames;
using ProcessPool.Memory;

namespace ProcessPool.Workers;

/// <summary>Starts workers as processes on this machine.</summary>
/// <param name="useStatusPage">Whether workers share a status page with this process.</param>
/// <param name="configurations">The environments of the workers; null: the same as this process's.</param>
internal sealed class LocalLauncher(bool useStatusPage, WorkerConfigurations? configurations = null) : IWorkerLauncher
{
    /// <summary>Workers may have pools with workers, and so on. This limits the depth.</summary>
    private const int DeepestNesting = 4;

    /// <summary>
    /// Settings for the runtime of workers: workstation GC, because there are many workers, and no diagnostics, because their
    /// sockets and pipes stay in the file system when a process is killed. Arrays up to 2 MiB (in hexadecimal) are not large objects:
    /// arguments and results live as briefly as small objects, and memory for a large object comes from the system each time.
    /// </summary>
    private static readonly Dictionary<string, string> RuntimeSettings = new()
    {
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_gcConcurrent"] = "0",
        ["DOTNET_EnableDiagnostics"] = "0",
        ["DOTNET_GCLOHThreshold"] = "200000",
    };

    /// <summary>Variables that are meant for the coordinator alone: hooks, diagnostic ports and profilers.</summary>
    private static readonly string[] NotInherited =
    [
        "DOTNET_STARTUP_HOOKS", "DOTNET_DiagnosticPorts", "DOTNET_MODIFIABLE_ASSEMBLIES",
        "CORECLR_ENABLE_PROFILING", "DOTNET_ENABLE_PROFILING",
    ];

    public WorkerConnection Launch(int worker)
    {
        var surroundings = configurations?.Of(worker) ?? WorkerSurroundings.None;
        var plan = LaunchPlan.ForThisProcess;
        plan.CheckHook();
        CheckDirectory(surroundings);
        var page = useStatusPage ? SharedPage.TryCreate() : null;
        try
        {
            var environment = new Dictionary<string, string?>(WorkerSurroundings.NamesOfVariables);
            var restore = SetEnvironment(surroundings, environment, plan, page);
            if (surroundings.MaxMemory is { } most) LimitHeap(environment, restore, ManagedHeap.LimitFor(most));

            // Not Cli.Wrap(FileName), which would ask for the current directory, and that may be gone. BaseDirectory exists, and
            // each call sets its own directory.
            var command = new Command(
                plan.FileName, new ArgumentsBuilder().Add(plan.Arguments).Build(), surroundings.Directory ?? AppContext.BaseDirectory,
                ResourcePolicy.Default, Credentials.Default, environment, CommandResultValidation.None, PipeSource.Null, PipeTarget.Null, PipeTarget.Null);
            return new LocalWorker(Start(command, surroundings), page, restore, plan.Command, surroundings);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            page?.Dispose();
            throw new WorkerStartException($"A worker could not be started with `{plan.Command}`: {e.GetBaseException().Message}", e);
        }
    }

    /// <summary>
    /// Starts a process. On Linux it takes over the processors of the thread that starts it, for all of its threads and children, and
    /// its runtime counts only these.
    /// </summary>
    private static PipedProcess Start(Command command, WorkerSurroundings surroundings)
    {
        using var _ = ProcessorSet.Enter(surroundings.Processors);
        return new PipedProcess(command);
    }

    /// <summary>Checks that this process may have a pool.</summary>
    /// <exception cref="InvalidOperationException">Pools are nested too deep, or this process should have become a worker and did
    /// not.</exception>
    public static void CheckNesting()
    {
        if (!Worker.WorkerHost.IsWorker && Environment.GetEnvironmentVariable(WorkerEnvironment.Worker) is not null)
        {
            throw new InvalidOperationException(
                "This process was started as a worker, but its Main ran instead, because startup hooks are disabled (as in " +
                "trimmed applications). Call `if (Pool.RunIfWorker(args)) return;` as the first line of Main.");
        }

        if (Depth >= DeepestNesting)
        {
            throw new InvalidOperationException(
                $"Pools are nested {Depth} deep (workers of workers); at most {DeepestNesting} levels are allowed.");
        }
    }

    private static int Depth => int.TryParse(Environment.GetEnvironmentVariable(WorkerEnvironment.Depth), out var depth) ? depth : 0;

    /// <summary>
    /// Limits the managed heap of a worker. Keeps a lower limit that is already set. The limit never exceeds the available
    /// memory, because the runtime reserves a multiple of it and does not start if it cannot.
    /// </summary>
    private static void LimitHeap(Dictionary<string, string?> environment, Dictionary<string, string?> restore, long limit)
    {
        limit = Math.Min(limit, GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes);
        if (!environment.TryGetValue(ManagedHeap.LimitVariable, out var inherited)) inherited = Environment.GetEnvironmentVariable(ManagedHeap.LimitVariable);
        if (ManagedHeap.TryParse(inherited) <= limit) return;
        restore[ManagedHeap.LimitVariable] = inherited;
        environment[ManagedHeap.LimitVariable] = ManagedHeap.Format(limit);
    }

    private static void CheckDirectory(WorkerSurroundings surroundings)
    {
        if (surroundings.Directory is { } directory && !Directory.Exists(directory))
        {
            throw new WorkerStartException(
                $"No worker can be started in {directory} (PoolOptions.WorkingDirectory): the directory does not exist.");
        }
    }

    /// <param name="surroundings">What the pool's options say about the worker.</param>
    /// <param name="environment">Receives the differences from this process's environment: a value, or null to remove a
    /// variable.</param>
    /// <param name="plan">How the worker is started.</param>
    /// <param name="page">The status page of the worker.</param>
    /// <returns>The variables that the worker must restore after its start.</returns>
    private static Dictionary<string, string?> SetEnvironment(
        WorkerSurroundings surroundings, Dictionary<string, string?> environment, LaunchPlan plan, SharedPage? page)
    {
        Dictionary<string, string?> restore = [];
        foreach (var name in NotInherited) environment[name] = null;
        foreach (var (name, value) in surroundings.Environment) environment[name] = value;
        foreach (var (name, value) in RuntimeSettings)
        {
            // Settings in PoolOptions.Environment take precedence and are not undone after the start.
            if (!environment.TryAdd(name, value)) continue;
            restore[name] = Environment.GetEnvironmentVariable(name);
        }

        if (plan.StartupHook is not null)
        {
            environment["DOTNET_STARTUP_HOOKS"] = plan.StartupHook;
            restore["DOTNET_STARTUP_HOOKS"] = null;
        }

        environment[WorkerEnvironment.Worker] = ProtocolConstants.Version.ToString();
        environment[WorkerEnvironment.Depth] = (Depth + 1).ToString();
        environment[WorkerEnvironment.StatusPage] = page?.Path;
        return restore;
    }
}
