using System.ComponentModel;
using CliWrap;
using CliWrap.Builders;
using ProcessPool.Frames;
using ProcessPool.Memory;

namespace ProcessPool.Workers;

/// <summary>Starts workers as processes of this machine.</summary>
/// <param name="useStatusPage">Whether they share a status page with this process.</param>
/// <param name="surroundings">In what they run; null: as this process does.</param>
internal sealed class LocalLauncher(bool useStatusPage, WorkerSurroundings? surroundings = null) : IWorkerLauncher
{
    private readonly WorkerSurroundings _surroundings = surroundings ?? WorkerSurroundings.None;

    /// <summary>A worker may start workers, those too, and so on; not for ever.</summary>
    private const int DeepestNesting = 4;

    /// <summary>
    /// What a worker's runtime is told. Workstation GC, as there are many workers; no diagnostics, because their
    /// sockets and pipes stay in the file system when a process is killed.
    /// </summary>
    private static readonly Dictionary<string, string> RuntimeSettings = new()
    {
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_gcConcurrent"] = "0",
        ["DOTNET_EnableDiagnostics"] = "0",
    };

    /// <summary>What belongs to the coordinator alone: hooks, ports and profilers that its workers did not ask for.</summary>
    private static readonly string[] NotInherited =
    [
        "DOTNET_STARTUP_HOOKS", "DOTNET_DiagnosticPorts", "DOTNET_MODIFIABLE_ASSEMBLIES",
        "CORECLR_ENABLE_PROFILING", "DOTNET_ENABLE_PROFILING",
    ];

    public WorkerConnection Launch()
    {
        var plan = LaunchPlan.ForThisProcess;
        plan.CheckHook();
        CheckDirectory();
        var page = useStatusPage ? SharedPage.TryCreate() : null;
        try
        {
            var environment = new Dictionary<string, string?>(WorkerSurroundings.NamesOfVariables);
            var restore = SetEnvironment(environment, plan, page);
            if (_surroundings.MaxMemory is { } most) LimitHeap(environment, restore, ManagedHeap.LimitFor(most));

            // All at once: Cli.Wrap(FileName) alone would ask for the current directory, which may be gone. Ours exists; each call brings its own.
            var command = new Command(
                plan.FileName, new ArgumentsBuilder().Add(plan.Arguments).Build(), _surroundings.Directory ?? AppContext.BaseDirectory,
                ResourcePolicy.Default, Credentials.Default, environment, CommandResultValidation.None, PipeSource.Null, PipeTarget.Null, PipeTarget.Null);
            return new LocalWorker(new PipedProcess(command), page, restore, plan.Command, _surroundings.Niceness);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            page?.Dispose();
            throw new WorkerStartException($"A worker could not be started with `{plan.Command}`: {e.GetBaseException().Message}", e);
        }
    }

    /// <summary>A process that has become a worker knows how deep it stands.</summary>
    /// <exception cref="InvalidOperationException">Pools within workers within pools, too many of them.</exception>
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
    /// A lower limit that this process was given itself stays; and none is higher than the memory there is, as the runtime reserves a
    /// multiple of it, and does not start if it cannot.
    /// </summary>
    private static void LimitHeap(Dictionary<string, string?> environment, Dictionary<string, string?> restore, long limit)
    {
        limit = Math.Min(limit, GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes);
        if (!environment.TryGetValue(ManagedHeap.LimitVariable, out var inherited)) inherited = Environment.GetEnvironmentVariable(ManagedHeap.LimitVariable);
        if (ManagedHeap.TryParse(inherited) <= limit) return;
        restore[ManagedHeap.LimitVariable] = inherited;
        environment[ManagedHeap.LimitVariable] = ManagedHeap.Format(limit);
    }

    private void CheckDirectory()
    {
        if (_surroundings.Directory is { } directory && !Directory.Exists(directory))
        {
            throw new WorkerStartException(
                $"No worker can be started in {directory} (PoolOptions.WorkingDirectory): the directory does not exist.");
        }
    }

    /// <param name="environment">What is different from this process's own: a value, or null for a variable to remove.</param>
    /// <param name="plan">How the worker starts.</param>
    /// <param name="page">Its status page.</param>
    /// <returns>What the worker is to restore.</returns>
    private Dictionary<string, string?> SetEnvironment(Dictionary<string, string?> environment, LaunchPlan plan, SharedPage? page)
    {
        Dictionary<string, string?> restore = [];
        foreach (var name in NotInherited) environment[name] = null;
        foreach (var (name, value) in _surroundings.Environment) environment[name] = value;
        foreach (var (name, value) in RuntimeSettings)
        {
            // What the user says about the runtime of his workers holds, from their start and for good.
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
