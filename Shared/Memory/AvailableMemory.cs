using System.Globalization;
using ProcessPool.Platform;

namespace ProcessPool.Memory;

/// <summary>
/// How much memory is still available: on the machine (memory and swap), and within the control groups of this process. Pages of
/// shared memory are allocated when they are first written. A process that gets none then is killed, so this is checked first.
/// </summary>
internal static class AvailableMemory
{
    /// <summary>In bytes. Smaller sizes are not checked.</summary>
    private const long Little = 1 << 20;

    /// <exception cref="InsufficientMemoryException">There is less than that.</exception>
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
