using ProcessPool.Memory;

namespace ProcessPool.Workers;

/// <summary>How a worker ended, in words.</summary>
internal static class Death
{
    /// <summary>After the end of its pipe, a worker is normally gone within a millisecond; one that dumps core takes longer.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>How long a killed process may take; one in an uninterruptible system call may never end.</summary>
    public static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(5);

    /// <summary>For the rest of its stderr, which a child of a task that left its group may hold open.</summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromSeconds(0.5);

    /// <summary>A process that was killed by a signal is said to have ended with this and the signal's number.</summary>
    public const int SignalBase = 128;

    /// <summary>Completes "the worker …". The page tells an exit from a kill, which share exit codes.</summary>
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
