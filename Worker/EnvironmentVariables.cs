using ProcessPool.Platform;

namespace ProcessPool.Worker;

/// <summary>The environment, for this process's managed code and for native code and what it starts.</summary>
internal static class EnvironmentVariables
{
    /// <summary>Sets a variable, or removes it if the value is null.</summary>
    public static void Set(string name, string? value)
    {
        Environment.SetEnvironmentVariable(name, value);

        // .NET keeps a copy of its own; the C library's is what native code and its children see.
        if (OperatingSystem.IsWindows()) return;
        _ = value is null ? Libc.UnsetEnvironment(name) : Libc.SetEnvironment(name, value, 1);
    }
}
