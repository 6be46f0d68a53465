using System.Globalization;

namespace ProcessPool.Memory;

/// <summary>
/// How much memory is still available: on the machine (memory and swap), and within the control groups of this process. Pages of
/// shared memory are allocated when they are first written. A process that gets none then is killed, so this is checked first.
/// </summary>
internal static class AvailableMemory
{
    /// <summary>In bytes. Smaller sizes are not checked.</summary>
    private const long Little = 1 << 20;

    /// <summary>Limits above this mean that there is no limit.</summary>
    private const long NoLimit = long.MaxValue / 2;

    /// <exception cref="InsufficientMemoryException">Less memory than this is available.</exception>
    public static void Check(long size, string root = "/")
    {
        if (size < Little || !OperatingSystem.IsLinux()) return;
        var available = Bytes(root);
        if (size <= available) return;
        throw new InsufficientMemoryException(
            $"Cannot allocate {size} bytes of shared memory: {available} bytes are available now (memory and swap, within the limits of the container). "
            + "Make it smaller, or put it in a file: SharedArray.Create<T>(path, …).");
    }

    /// <summary>The available bytes; <see cref="long.MaxValue"/> if unknown.</summary>
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

    /// <summary>
    /// The memory available within a group and all its parent groups. In a container, the path may be the host's; the container's
    /// own group is then at the root.
    /// </summary>
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

    /// <summary>Reads lines that consist of a name and a number.</summary>
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
