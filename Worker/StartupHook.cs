using ProcessPool.Frames;
using ProcessPool.Worker;

// When DOTNET_STARTUP_HOOKS names this assembly, the runtime looks for a type of exactly this name without a namespace. That is
// how a self-contained or single-file application, which has no `dotnet` next to it, becomes a worker before its own Main runs.
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(WorkerEnvironment.Worker) is null) return;
        Environment.Exit(WorkerHost.Run());
    }
}
