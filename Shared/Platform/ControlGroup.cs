using System.Globalization;

namespace ProcessPool.Platform;

/// <summary>A control group of Linux, by which the kernel limits this process. The doctor compiles this file too, as it sees only what is public.</summary>
/// <param name="Directory">The directory of its files.</param>
/// <param name="IsVersion2">Whether it is of version 2. The files of version 1 have other names.</param>
internal readonly record struct ControlGroup(string Directory, bool IsVersion2)
{
    /// <summary>Limits above this stand for none.</summary>
    private const long NoLimit = 1_000_000_000_000_000_000;

    /// <summary>The groups that limit this process, from its own outwards. All of their limits count.</summary>
    /// <param name="controller">The kind of limit, such as <c>memory</c>.</param>
    /// <param name="root">Where <c>proc</c> and <c>sys</c> are; another directory in tests.</param>
    public static IEnumerable<ControlGroup> Of(string controller, string root = "/")
    {
        foreach (var line in (ReadFile(Path.Combine(root, "proc/self/cgroup")) ?? "").Split('\n'))
        {
            // number:controllers:path. Version 2 has no controllers.
            if (line.Split(':', 3) is not [_, var controllers, var path]) continue;
            var isVersion2 = controllers.Length == 0;
            if (!isVersion2 && !controllers.Split(',').Contains(controller)) continue;
            var mount = Path.Combine(root, "sys/fs/cgroup");
            if (!isVersion2)
            {
                // Controllers that are mounted together also have a directory each.
                var own = Path.Combine(mount, controller);
                mount = System.IO.Directory.Exists(own) ? own : Path.Combine(mount, controllers);
            }

            // In a container the path may be one of the host's. Then only the last of these directories exists, and it is the container's own group.
            for (var group = path; ; group = group[..Math.Max(1, group.LastIndexOf('/'))])
            {
                yield return new ControlGroup(Path.Combine(mount, group.TrimStart('/')), isVersion2);
                if (group.Length <= 1) break;
            }
        }
    }

    /// <summary>The content of a file of the group; null if there is no such file.</summary>
    public string? Read(string name) => ReadFile(Path.Combine(Directory, name));

    /// <summary>A number of the group, by the names that its file has in the two versions; null if there is none, or no limit.</summary>
    public long? Number(string name, string nameInVersion1) =>
        long.TryParse(Read(IsVersion2 ? name : nameInVersion1), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
        && number < NoLimit
            ? number
            : null;

    private static string? ReadFile(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Groups come and go.
            return null;
        }
    }
}
