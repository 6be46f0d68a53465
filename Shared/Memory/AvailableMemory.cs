using System.Globalization;
using ProcessPool.Platform;

namespace ProcessPool.Memory;

/// <summary>
/// How much memory can still be had: of the machine (memory and swap), and of the control groups that this process is in.
/// Shared memory takes its pages when they are first written; who then finds none is killed, so it is asked before.
/// </summary>
internal static class AvailableMemory
{
    /// <summary>Not worth looking.</summary>
    private const long Little = 1 << 20;

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
        var file = Path.Combine(root, "proc/meminfo");
        var memory = Numbers(File.Exists(file) ? File.ReadAllText(file) : null);
        var available = memory.TryGetValue("MemAvailable:", out var free) ? 1024 * (free + memory.GetValueOrDefault("SwapFree:")) : long.MaxValue;
        return Math.Min(available, OfGroups(root));
    }

    private static long OfGroups(string root)
    {
        var available = long.MaxValue;
        foreach (var group in ControlGroup.Of("memory", root))
        {
            if (group.Number("memory.max", "memory.limit_in_bytes") is not { } limit
                || group.Number("memory.current", "memory.usage_in_bytes") is not { } usage) continue;

            // The kernel takes pages of files back before it refuses memory.
            var cache = Numbers(group.Read("memory.stat")).GetValueOrDefault(group.IsVersion2 ? "inactive_file" : "total_inactive_file");
            available = Math.Min(available, Math.Max(0, limit - usage + cache));
        }

        return available;
    }

    /// <summary>Lines of a name and a number.</summary>
    private static Dictionary<string, long> Numbers(string? text)
    {
        Dictionary<string, long> numbers = [];
        foreach (var line in (text ?? "").Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) numbers[words[0]] = number;
        }

        return numbers;
    }
}
