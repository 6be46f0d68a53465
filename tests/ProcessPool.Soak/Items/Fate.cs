namespace ProcessPool.Soak.Items;

/// <summary>What an item does, which decides how it may end.</summary>
internal enum Fate
{
    /// <summary>Microseconds.</summary>
    Tiny,

    /// <summary>Tens of milliseconds.</summary>
    Long,

    /// <summary>Its argument has up to some megabytes.</summary>
    LargeArgument,

    /// <summary>Its result has up to some megabytes.</summary>
    LargeResult,

    /// <summary>Holds tens of megabytes for a while.</summary>
    Allocates,

    /// <summary>Prints some lines.</summary>
    Prints,

    /// <summary>Starts a process and leaves it behind.</summary>
    LeavesChild,

    /// <summary>Throws an exception that its description predicts.</summary>
    Throws,

    /// <summary>Calls <see cref="Environment.Exit"/>.</summary>
    Exits,

    /// <summary>Calls <see cref="Environment.FailFast(string)"/>.</summary>
    FailsFast,

    /// <summary>Calls the C library's abort.</summary>
    Aborts,

    /// <summary>Reads, in native code, where there is nothing.</summary>
    Segfaults,

    /// <summary>Lets an exception escape on a thread of its own.</summary>
    ThrowsOnThread,

    /// <summary>Never ends by itself, but when its token fires.</summary>
    Waits,

    /// <summary>Sleeps forever, and ignores its token.</summary>
    Sleeps,

    /// <summary>Works forever, and ignores its token.</summary>
    Spins,

    /// <summary>Waits forever for a process that it has started.</summary>
    WaitsForChild,

    /// <summary>Closes all descriptors above 2, and with them the worker's pipes.</summary>
    ClosesPipes,

    /// <summary>Puts /dev/null where the worker's pipes were.</summary>
    SilencesPipes,
}

/// <summary>The outcomes that each fate allows.</summary>
internal static class Fates
{
    /// <summary>Whether the item may give a value.</summary>
    public static bool MayReturn(this Fate fate) => fate <= Fate.LeavesChild || fate.IsSabotage();

    public static bool IsCrash(this Fate fate) => fate is >= Fate.Exits and <= Fate.ThrowsOnThread;

    /// <summary>Whether only a time limit ends it.</summary>
    public static bool IsHang(this Fate fate) => fate is >= Fate.Waits and <= Fate.WaitsForChild;

    public static bool IsSabotage(this Fate fate) => fate >= Fate.ClosesPipes;

    /// <summary>How a worker ends that runs an item of this kind.</summary>
    public static string? Cause(this Item item) => item.Fate switch
    {
        Fate.Exits => $"called Environment.Exit({item.ExitCode})",
        Fate.FailsFast or Fate.Aborts => "was killed by SIGABRT",
        Fate.Segfaults => "was killed by SIGSEGV",
        Fate.ThrowsOnThread => "crashed with an unhandled exception on a thread other than the item's",
        _ => null,
    };
}
