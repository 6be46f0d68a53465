using System.Globalization;

namespace ProcessPool.Workers;

/// <summary>
/// Counts the processes that the kernel killed because memory ran out: in the control group that this process shares with its
/// workers, or on the whole machine if no group has a counter. The count is needed because every SIGKILL looks the same.
/// </summary>
/// <param name="root">The directory that contains <c>proc</c> and <c>sys</c>.</param>
internal sealed class KernelKills(string root)
{
    /// <summary>Limits above this mean that there is no limit.</summary>
    private const long NoLimit = long.MaxValue / 2;

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

    /// <summary>The memory limit of the control group, in bytes; null if there is none.</summary>
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

    /// <summary>Finds a file of this process's memory control group, by its name in version 2 or version 1.</summary>
    private string? GroupFile(string name, string nameInVersion1)
    {
        foreach (var line in Read(Path.Combine(root, "proc/self/cgroup")).Split('\n'))
        {
            // Each line is number:controllers:path. Version 2 lists no controllers.
            var parts = line.Split(':', 3);
            if (parts.Length < 3) continue;
            var file = parts[1].Length == 0 ? FileOf("sys/fs/cgroup", parts[2], name)
                : parts[1].Split(',').Contains("memory") ? FileOf("sys/fs/cgroup/memory", parts[2], nameInVersion1)
                : null;
            if (file is not null) return file;
        }

        return null;
    }

    /// <summary>In a container, the path may be a path of the host. Then the mounted directory is the group itself.</summary>
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
