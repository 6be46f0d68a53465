using System.Globalization;
using ProcessPool.Platform;

namespace ProcessPool.Workers;

/// <summary>
/// How many processes the kernel has killed because there was no memory left: in the control group of this process, which its
/// workers share, or on the whole machine where no group counts. A kill by SIGKILL looks the same from anybody else.
/// </summary>
/// <param name="root">Where <c>proc</c> and <c>sys</c> lie.</param>
internal sealed class KernelKills(string root)
{
    private readonly Lock _lock = new();

    /// <summary>How many of them were deaths that we know of. Under _lock.</summary>
    private long _claimed;

    public static KernelKills Here { get; } = new("/");

    /// <summary>How many there were that no death of ours accounts for; null if nobody counts. To be kept until the death of a worker that starts now.</summary>
    public long? Unclaimed
    {
        get
        {
            lock (_lock) return Count() - _claimed;
        }
    }

    /// <summary>A worker was killed: whether that was the kernel. Each kill accounts for one death only, or one would explain all that follow.</summary>
    /// <param name="before">What <see cref="Unclaimed"/> said when it started.</param>
    public bool TryClaim(long? before)
    {
        lock (_lock)
        {
            // The kernel counts before it kills.
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
