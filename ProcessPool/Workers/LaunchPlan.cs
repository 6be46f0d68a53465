using System.Reflection;
using System.Runtime.InteropServices;
using ProcessPool.Functions;

namespace ProcessPool.Workers;

/// <summary>
/// How to start this application as a worker: the same program with the same dependencies and the same runtime, but with another
/// entry point. Determined once per process.
/// </summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="StartupHook">The value of DOTNET_STARTUP_HOOKS, or null.</param>
internal sealed record LaunchPlan(string FileName, IReadOnlyList<string> Arguments, string? StartupHook)
{
    private const string WorkerAssembly = "ProcessPool.Worker";

    private static readonly string Muxer = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    private static readonly Lazy<LaunchPlan> Found = new(Find);

    public static LaunchPlan ForThisProcess => Found.Value;

    /// <summary>Main calls <see cref="Pool.RunIfWorker"/>, so no startup hook is needed to make the process a worker.</summary>
    public static bool MainBecomesWorker { get; set; }

    /// <summary>The command line, for messages.</summary>
    public string Command => string.Join(' ', [FileName, .. Arguments]);

    /// <summary>Throws if Main would run instead of the worker, which would repeat the whole program in each worker.</summary>
    /// <exception cref="WorkerStartException">The plan needs a startup hook, but startup hooks are disabled.</exception>
    public void CheckHook()
    {
        if (StartupHook is null || MainBecomesWorker) return;
        if (AppContext.TryGetSwitch("System.StartupHookProvider.IsSupported", out var supported) && !supported)
        {
            throw new WorkerStartException(
                "No worker can be started, because startup hooks are disabled in this application (StartupHookSupport, which " +
                "trimming turns off). Call `if (Pool.RunIfWorker(args)) return;` as the first line of Main.");
        }
    }

    private static LaunchPlan Find()
    {
        var worker = AssemblyOrigin.LocationOf(typeof(Worker.WorkerHost).Assembly);
        var runtime = Path.GetDirectoryName(AssemblyOrigin.LocationOf(typeof(object).Assembly));
        var singleFile = worker.Length == 0 || string.IsNullOrEmpty(runtime);
        if (singleFile || SameDirectory(runtime!, AppContext.BaseDirectory))
        {
            // Single-file or self-contained: start the application itself again, because its runtime is its own. The hook takes
            // over before its Main. An assembly inside the bundle is found by its name.
            var program = Environment.ProcessPath ?? throw Unknown();
            string[] assembly = IsMuxer(program) && Assembly.GetEntryAssembly() is { } entry ? [AssemblyOrigin.LocationOf(entry)] : [];
            return new LaunchPlan(program, assembly, singleFile ? WorkerAssembly : worker);
        }

        List<string> arguments = ["exec"];
        var (deps, runtimeConfig) = FindApplicationFiles();
        if (deps is not null) arguments.AddRange(["--depsfile", deps]);
        if (runtimeConfig is not null) arguments.AddRange(["--runtimeconfig", runtimeConfig]);
        arguments.Add(worker);
        return new LaunchPlan(FindMuxer(runtime!), arguments, null);
    }

    /// <summary>
    /// The application's deps.json and runtimeconfig.json. The host names the deps files that it used; the first is the
    /// application's.
    /// </summary>
    private static (string? Deps, string? RuntimeConfig) FindApplicationFiles()
    {
        var first = (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string)?.Split(';', 2)[0];
        if (first is { Length: > 0 } && File.Exists(first) && SameDirectory(Path.GetDirectoryName(first)!, AppContext.BaseDirectory))
        {
            var config = first[..^".deps.json".Length] + ".runtimeconfig.json";
            return (first, File.Exists(config) ? config : FindRuntimeConfig());
        }

        return (null, FindRuntimeConfig());
    }

    /// <summary>Without a deps file: the runtimeconfig.json of the entry assembly, or the only one in the directory.</summary>
    private static string? FindRuntimeConfig()
    {
        var name = Assembly.GetEntryAssembly()?.GetName().Name;
        var own = Path.Combine(AppContext.BaseDirectory, name + ".runtimeconfig.json");
        if (name is not null && File.Exists(own)) return own;
        var all = Directory.GetFiles(AppContext.BaseDirectory, "*.runtimeconfig.json");
        return all.Length == 1 ? all[0] : null;
    }

    /// <summary>Finds the `dotnet` that runs this process, which may not be the one on the PATH.</summary>
    private static string FindMuxer(string runtime)
    {
        if (Environment.ProcessPath is { } own && IsMuxer(own)) return own;

        // The runtime is in <root>/shared/Microsoft.NETCore.App/<version>, so the `dotnet` in <root> has this runtime. An apphost
        // inherits DOTNET_HOST_PATH from an SDK command above it, which may belong to another installation.
        var root = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        var beside = Path.Combine(root, Muxer);
        if (File.Exists(beside)) return beside;
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH");
        return !string.IsNullOrEmpty(host) && File.Exists(host) ? host : Muxer;
    }

    private static bool IsMuxer(string program) => Path.GetFileName(program).Equals(Muxer, StringComparison.OrdinalIgnoreCase);

    private static bool SameDirectory(string a, string b) => string.Equals(
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(a)),
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(b)),
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    private static WorkerStartException Unknown() =>
        new($"Cannot find out how this application was started ({RuntimeInformation.FrameworkDescription}); see docs/troubleshooting.md.");
}
