using System.Globalization;

namespace ProcessPool.Coordinator.Doctor;

/// <summary>Reads single numbers from the files in which Linux publishes its limits.</summary>
internal static class SystemFiles
{
    /// <summary>A soft limit, by its name in <c>/proc/self/limits</c>; infinite if unlimited, null if unknown.</summary>
    public static double? Limit(string name)
    {
        const string limits = "/proc/self/limits";
        if (!File.Exists(limits))
            return null;
        string? line = File.ReadLines(limits).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        if (line is null)
            return null;
        string soft = line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return soft == "unlimited" ? double.PositiveInfinity : double.Parse(soft, CultureInfo.InvariantCulture);
    }

    /// <summary>The number in a file; null if there is no such file, or no number in it.</summary>
    public static long? Number(string file) =>
        File.Exists(file)
        && long.TryParse(File.ReadAllText(file), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;

    /// <summary>How many descriptors this process has open.</summary>
    public static int OpenDescriptors => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
