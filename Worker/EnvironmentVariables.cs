using ProcessPool.Platform;

namespace ProcessPool.Worker;

/// <summary>
/// Sets environment variables for managed code, for native code, and for the processes that native code starts.
/// </summary>
internal static class EnvironmentVariables
{
    /// <summary>Sets a variable, or removes it if the value is null.</summary>
    public static void Set(string name, string? value)
    {
        Environment.SetEnvironmentVariable(name, value);

        // .NET keeps its own copy of the environment. Native code and its children see the C library's.
        if (OperatingSystem.IsWindows()) return;
        _ = value is null ? Libc.UnsetEnvironment(name) : Libc.SetEnvironment(name, value, 1);
    }
}
