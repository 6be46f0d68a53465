/// <summary>A hook such as `dotnet watch` sets one: for the coordinator, and not for its workers.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("LAUNCHAPP_HOOKED") is { } hooked)
            File.AppendAllLines(hooked, [$"{Environment.ProcessId}"]);
    }
}
