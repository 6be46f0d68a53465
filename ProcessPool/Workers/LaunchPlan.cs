using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace ProcessPool.Workers;

/// <summary>
/// How this application starts as a worker: seen from outside the same program, with the same dependencies and the
/// same runtime, but another entry point. Found once.
/// </summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="StartupHook">What to name in DOTNET_STARTUP_HOOKS, or null.</param>
internal sealed record LaunchPlan(string FileName, IReadOnlyList<string> Arguments, string? StartupHook)
{
    private const string WorkerAssembly = "ProcessPool.Worker";

    private static readonly Lazy<LaunchPlan> Found = new(Find);

    public static LaunchPlan ForThisProcess => Found.Value;

    /// <summary>Main begins with <see cref="Pool.RunIfWorker"/>, and so needs no startup hook to become a worker.</summary>
    public static bool MainBecomesWorker { get; set; }

    /// <summary>The command line, for people.</summary>
    public string Command => string.Join(' ', [FileName, .. Arguments]);

    /// <summary>Throws where Main would run instead of the worker: it would do again, many times over, what it does.</summary>
    /// <exception cref="WorkerStartException">The plan needs a startup hook, and there are none.</exception>
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
        var worker = LocationOf(typeof(Worker.WorkerHost));
        var runtime = Path.GetDirectoryName(LocationOf(typeof(object)));
        var singleFile = worker.Length == 0 || string.IsNullOrEmpty(runtime);
        if (singleFile || SameDirectory(runtime!, AppContext.BaseDirectory))
        {
            // Single-file or self-contained: there is no `dotnet`, so the application itself is started again, and
            // the hook takes over before its Main. An assembly inside the bundle is found by its name.
            return new LaunchPlan(Environment.ProcessPath ?? throw Unknown(), [], singleFile ? WorkerAssembly : worker);
        }

        List<string> arguments = ["exec"];
        var (deps, runtimeConfig) = FindApplicationFiles();
        if (deps is not null) arguments.AddRange(["--depsfile", deps]);
        if (runtimeConfig is not null) arguments.AddRange(["--runtimeconfig", runtimeConfig]);
        arguments.Add(worker);
        return new LaunchPlan(FindMuxer(runtime!), arguments, null);
    }

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "Empty for what a single-file application holds, by which it is recognized.")]
    private static string LocationOf(Type type) => type.Assembly.Location;

    /// <summary>The application's deps.json and runtimeconfig.json: the host says which deps file it used first.</summary>
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

    /// <summary>Without a deps file: the entry assembly's configuration, or the only one that there is.</summary>
    private static string? FindRuntimeConfig()
    {
        var name = Assembly.GetEntryAssembly()?.GetName().Name;
        var own = Path.Combine(AppContext.BaseDirectory, name + ".runtimeconfig.json");
        if (name is not null && File.Exists(own)) return own;
        var all = Directory.GetFiles(AppContext.BaseDirectory, "*.runtimeconfig.json");
        return all.Length == 1 ? all[0] : null;
    }

    /// <summary>The `dotnet` that runs this process, not the one that PATH happens to name.</summary>
    private static string FindMuxer(string runtime)
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var own = Environment.ProcessPath;
        if (own is not null && Path.GetFileName(own).Equals(name, StringComparison.OrdinalIgnoreCase)) return own;

        // <root>/shared/Microsoft.NETCore.App/<version>. This one has the runtime; DOTNET_HOST_PATH, which an apphost
        // inherits from whatever SDK command stands above it, may belong to another installation.
        var root = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        var beside = Path.Combine(root, name);
        if (File.Exists(beside)) return beside;
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH");
        return !string.IsNullOrEmpty(host) && File.Exists(host) ? host : name;
    }

    private static bool SameDirectory(string a, string b) => string.Equals(
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(a)),
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(b)),
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    private static WorkerStartException Unknown() =>
        new($"Cannot find out how this application was started ({RuntimeInformation.FrameworkDescription}); see docs/troubleshooting.md.");
}
