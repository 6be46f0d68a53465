using ProcessPool.Frames;
using ProcessPool.Worker;

// The runtime looks for a type of this very name, in no namespace, when DOTNET_STARTUP_HOOKS names this assembly: so a
// self-contained or single-file application, which has no `dotnet` beside it, becomes a worker before its own Main.
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(WorkerEnvironment.Worker) is null) return;
        Environment.Exit(WorkerHost.Run());
    }
}
