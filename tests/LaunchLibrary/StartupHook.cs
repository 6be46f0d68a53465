/// <summary>
/// A startup hook like the one that `dotnet watch` sets: it must run in the coordinator, but not in its workers.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("LAUNCHAPP_HOOKED") is { } hooked)
            File.AppendAllLines(hooked, [$"{Environment.ProcessId}"]);
    }
}
