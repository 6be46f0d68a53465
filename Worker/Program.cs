namespace ProcessPool.Worker;

/// <summary>The worker process: <c>dotnet exec … ProcessPool.Worker.dll</c>, started by a pool.</summary>
internal static class Program
{
    private static int Main() => WorkerHost.Run();
}
