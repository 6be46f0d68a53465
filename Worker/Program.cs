namespace ProcessPool.Worker;

/// <summary>The worker process: <c>dotnet exec … ProcessPool.Worker.dll</c>, started by a pool.</summary>
internal static class Program
{
    // Exit instead of returning: a foreground thread that a task has left behind must not keep the process alive.
    private static void Main() => Environment.Exit(WorkerHost.Run());
}
