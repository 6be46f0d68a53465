using System.Globalization;
using ProcessPool.Platform;

namespace ProcessPool.Workers;

/// <summary>
/// Counts the processes that the kernel killed because memory ran out: in the control group that this process shares with its
/// workers, or on the whole machine if no group has a counter. The count is needed because every SIGKILL looks the same.
/// </summary>
/// <param name="root">The directory that contains <c>proc</c> and <c>sys</c>.</param>
internal sealed class KernelKills(string root)
{
    private readonly Lock _lock = new();

    /// <summary>How many of the kills were matched to deaths of workers. Guarded by _lock.</summary>
    private long _claimed;

    public static KernelKills Here { get; } = new("/");

    /// <summary>
    /// The number of kills that no death of a worker accounts for; null if there is no counter. Read it when a worker starts, and
    /// pass it to <see cref="TryClaim"/> when the worker has died.
    /// </summary>
    public long? Unclaimed
    {
        get
        {
            lock (_lock) return Count() - _claimed;
        }
    }

    /// <summary>
    /// Whether the kernel killed a worker that was killed. Each kill accounts for only one death; otherwise one kill would
    /// explain all later deaths.
    /// </summary>
    /// <param name="before">The value of <see cref="Unclaimed"/> when the worker started.</param>
    public bool TryClaim(long? before)
    {
        lock (_lock)
        {
            // The kernel counts before it kills, so the count is already up to date.
            if (!(Count() - _claimed > before)) return false;
            _claimed++;
            return true;
        }
    }

    /// <summary>What the control groups may take, in bytes; null if there is no limit.</summary>
    public long? Limit => ControlGroup.Of("memory", root).Min(group => group.Number("memory.max", "memory.limit_in_bytes"));

    private long? Count()
    {
        if (!OperatingSystem.IsLinux()) return null;
        foreach (var group in ControlGroup.Of("memory", root))
        {
            if (CountIn(group.Read(group.IsVersion2 ? "memory.events" : "memory.oom_control")) is { } count) return count;
        }

        var ofTheMachine = Path.Combine(root, "proc/vmstat");
        return File.Exists(ofTheMachine) ? CountIn(File.ReadAllText(ofTheMachine)) : null;
    }

    private static long? CountIn(string? file)
    {
        foreach (var line in (file ?? "").Split('\n'))
        {
            if (line.StartsWith("oom_kill ", StringComparison.Ordinal) && long.TryParse(line.AsSpan(9), CultureInfo.InvariantCulture, out var count)) return count;
        }

        return null;
    }
}
