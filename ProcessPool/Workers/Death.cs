using ProcessPool.Memory;

namespace ProcessPool.Workers;

/// <summary>Describes how a worker ended.</summary>
internal static class Death
{
    /// <summary>
    /// How long to wait for a worker to exit after its pipe has ended. Normally it is gone within a millisecond; a core dump
    /// takes longer.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>How long to wait for a killed process. A process in an uninterruptible system call may never exit.</summary>
    public static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long to read the rest of a worker's stderr, which a child process outside its process group may keep open.
    /// </summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromSeconds(0.5);

    /// <summary>The exit code of a process that was killed by a signal is this plus the number of the signal.</summary>
    public const int SignalBase = 128;

    /// <summary>Completes "the worker …". Exits and kills share exit codes; the page tells which it was.</summary>
    public static string Describe(int? exitCode, StatusPage? page)
    {
        const string elsewhere = "on a thread other than the item's";
        var reason = page?.ExitReason ?? ExitReason.None;
        if (reason == ExitReason.EnvironmentExit) return $"called Environment.Exit({page!.ExitCode})";
        if (reason == ExitReason.UnhandledException) return $"crashed with an unhandled exception {elsewhere}";
        if (reason == ExitReason.OutOfMemory) return $"crashed with an unhandled OutOfMemoryException {elsewhere}";
        return exitCode switch
        {
            null => "did not exit after it was killed",
            0 => "ended with exit code 0",
            > SignalBase and <= SignalBase + 64 => $"was killed by {SignalName(exitCode.Value - SignalBase)}",
            _ => $"ended with exit code {exitCode}",
        };
    }

    private static string SignalName(int signal) => signal switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        _ => $"signal {signal}",
    };
}
