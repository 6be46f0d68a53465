using System.Globalization;

namespace ProcessPool.Coordinator.Doctor;

/// <summary>The limits of the control groups that this process is in, of version 2 or 1; the narrowest counts.</summary>
/// <param name="root">Where the file system starts; another place in tests.</param>
internal sealed class ControlGroup(string root = "/")
{
    /// <summary>Limits above this stand for none.</summary>
    private const double NoLimit = 1e18;

    /// <summary>How many processors may be used on average; null if there is no limit.</summary>
    public double? Processors => Narrowest(
        group => Quota(Words(group, "cpu.max")),
        ("cpu", group => Quota([.. Words(group, "cpu.cfs_quota_us"), .. Words(group, "cpu.cfs_period_us")])));

    /// <summary>How many bytes of memory may be used; null if there is no limit.</summary>
    public double? Memory => Narrowest(
        group => Number(Words(group, "memory.max")),
        ("memory", group => Number(Words(group, "memory.limit_in_bytes"))));

    /// <summary>How many more processes and threads there may be; null if there is no limit.</summary>
    public double? ProcessesLeft => Narrowest(Left, ("pids", Left));

    private static double? Left(string group) =>
        Number(Words(group, "pids.max")) is { } most && Number(Words(group, "pids.current")) is { } now
            ? most - now
            : null;

    private static double? Quota(string[] words) =>
        words.Length == 2 && Number(words[..1]) is { } quota and > 0 && Number(words[1..]) is { } period and > 0
            ? quota / period
            : null;

    private static double? Number(string[] words) =>
        words.Length > 0 && double.TryParse(words[0], CultureInfo.InvariantCulture, out double value) && value < NoLimit ? value : null;

    private static string[] Words(string group, string file)
    {
        string path = Path.Combine(group, file);
        return File.Exists(path) ? File.ReadAllText(path).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];
    }

    private double? Narrowest(Func<string, double?> version2, (string Controller, Func<string, double?> Limit) version1)
    {
        string list = Path.Combine(root, "proc/self/cgroup");
        if (!File.Exists(list))
            return null;
        double? narrowest = null;
        foreach (string line in File.ReadLines(list))
        {
            // number:controllers:path; version 2 has the number 0 and no controllers.
            string[] parts = line.Split(':', 3);
            if (parts is not [_, string controllers, string path])
                continue;
            bool isVersion2 = controllers.Length == 0;
            if (!isVersion2 && !controllers.Split(',').Contains(version1.Controller))
                continue;
            string mount = Path.Combine(root, "sys/fs/cgroup", isVersion2 ? "" : controllers);
            Func<string, double?> limit = isVersion2 ? version2 : version1.Limit;

            // The groups around count, too. In a container the path may be one of the host's: then the root is its own group.
            for (string group = path; ; group = group[..Math.Max(1, group.LastIndexOf('/'))])
            {
                if (limit(Path.Combine(mount, group.TrimStart('/'))) is { } found)
                    narrowest = Math.Min(found, narrowest ?? double.MaxValue);
                if (group.Length <= 1)
                    break;
            }
        }

        return narrowest;
    }
}
