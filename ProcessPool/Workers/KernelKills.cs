using System.Globalization;

namespace ProcessPool.Workers;

/// <summary>
/// How many processes the kernel has killed because there was no memory left: in the control group of this process, which its
/// workers share, or on the whole machine where no group counts. A kill by SIGKILL looks the same from anybody else.
/// </summary>
/// <param name="root">Where <c>proc</c> and <c>sys</c> lie.</param>
internal sealed class KernelKills(string root)
{
    /// <summary>Limits above this stand for none.</summary>
    private const long NoLimit = long.MaxValue / 2;

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

    /// <summary>What the control group may take, in bytes; null if there is no limit.</summary>
    public long? Limit =>
        GroupFile("memory.max", "memory.limit_in_bytes") is { } file && long.TryParse(Read(file).Trim(), CultureInfo.InvariantCulture, out var limit) && limit < NoLimit
            ? limit
            : null;

    private long? Count()
    {
        if (!OperatingSystem.IsLinux()) return null;
        return Field(GroupFile("memory.events", "memory.oom_control")) ?? Field(Path.Combine(root, "proc/vmstat"));
    }

    private static long? Field(string? file)
    {
        if (file is null) return null;
        foreach (var line in Read(file).Split('\n'))
        {
            if (line.StartsWith("oom_kill ", StringComparison.Ordinal) && long.TryParse(line.AsSpan(9), CultureInfo.InvariantCulture, out var count)) return count;
        }

        return null;
    }

    /// <summary>A file of the group that counts this process's memory, by its name in version 2 or in version 1.</summary>
    private string? GroupFile(string name, string nameInVersion1)
    {
        foreach (var line in Read(Path.Combine(root, "proc/self/cgroup")).Split('\n'))
        {
            // number:controllers:path; version 2 has no controllers.
            var parts = line.Split(':', 3);
            if (parts.Length < 3) continue;
            var file = parts[1].Length == 0 ? FileOf("sys/fs/cgroup", parts[2], name)
                : parts[1].Split(',').Contains("memory") ? FileOf("sys/fs/cgroup/memory", parts[2], nameInVersion1)
                : null;
            if (file is not null) return file;
        }

        return null;
    }

    /// <summary>In a container the path may be one of the host's: then what is mounted is the group itself.</summary>
    private string? FileOf(string mount, string path, string name)
    {
        var file = Path.Combine(root, mount, path.TrimStart('/'), name);
        if (File.Exists(file)) return file;
        file = Path.Combine(root, mount, name);
        return File.Exists(file) ? file : null;
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
