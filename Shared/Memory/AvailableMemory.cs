using System.Globalization;

namespace ProcessPool.Memory;

/// <summary>
/// How much memory can still be had: of the machine (memory and swap), and of the control groups that this process is in.
/// Shared memory takes its pages when they are first written; who then finds none is killed, so it is asked before.
/// </summary>
internal static class AvailableMemory
{
    /// <summary>Not worth looking.</summary>
    private const long Little = 1 << 20;

    /// <summary>Limits above this stand for none.</summary>
    private const long NoLimit = long.MaxValue / 2;

    /// <exception cref="InsufficientMemoryException">There is less than that.</exception>
    public static void Check(long size, string root = "/")
    {
        if (size < Little || !OperatingSystem.IsLinux()) return;
        var available = Bytes(root);
        if (size <= available) return;
        throw new InsufficientMemoryException(
            $"Shared memory of {size} bytes cannot be had: {available} bytes are available now (memory and swap, within the limits of the container). "
            + "Make it smaller, or let it lie in a file: SharedArray.Create<T>(path, …).");
    }

    /// <summary>The bytes that are available; <see cref="long.MaxValue"/> if nobody says.</summary>
    public static long Bytes(string root = "/")
    {
        var memory = Read(Path.Combine(root, "proc/meminfo"));
        var available = memory.TryGetValue("MemAvailable:", out var free) ? 1024 * (free + memory.GetValueOrDefault("SwapFree:")) : long.MaxValue;
        return Math.Min(available, OfGroups(root));
    }

    private static long OfGroups(string root)
    {
        var available = long.MaxValue;
        var list = Path.Combine(root, "proc/self/cgroup");
        if (!File.Exists(list)) return available;
        foreach (var line in File.ReadLines(list))
        {
            // number:controllers:path; version 2 has the number 0 and no controllers.
            var parts = line.Split(':', 3);
            if (parts.Length < 3) continue;
            if (parts[1].Length == 0) available = Math.Min(available, OfGroup(root, "sys/fs/cgroup", parts[2], "memory.max", "memory.current", "inactive_file"));
            if (parts[1].Split(',').Contains("memory"))
            {
                const string limit = "memory.limit_in_bytes", usage = "memory.usage_in_bytes";
                available = Math.Min(available, OfGroup(root, "sys/fs/cgroup/memory", parts[2], limit, usage, "total_inactive_file"));
            }
        }

        return available;
    }

    /// <summary>Of a group and all those around it. In a container the path may be one of the host's: then the root is its own group.</summary>
    private static long OfGroup(string root, string mount, string path, string limitFile, string usageFile, string reclaimable)
    {
        var available = long.MaxValue;
        while (true)
        {
            var group = Path.Combine(root, mount, path.TrimStart('/'));
            if (ReadNumber(Path.Combine(group, limitFile)) is { } limit and < NoLimit && ReadNumber(Path.Combine(group, usageFile)) is { } usage)
            {
                var cache = Read(Path.Combine(group, "memory.stat")).GetValueOrDefault(reclaimable);
                available = Math.Min(available, Math.Max(0, limit - usage + cache));
            }

            if (path.Length <= 1) return available;
            path = path[..Math.Max(1, path.LastIndexOf('/'))];
        }
    }

    private static long? ReadNumber(string file) =>
        File.Exists(file) && long.TryParse(File.ReadAllText(file), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>Lines of a name and a number.</summary>
    private static Dictionary<string, long> Read(string file)
    {
        Dictionary<string, long> numbers = [];
        if (!File.Exists(file)) return numbers;
        foreach (var line in File.ReadLines(file))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) numbers[words[0]] = number;
        }

        return numbers;
    }
}
