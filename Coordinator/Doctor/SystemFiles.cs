using System.Globalization;

namespace ProcessPool.Coordinator.Doctor;

/// <summary>Single numbers from the files in which Linux tells its limits; null where there are none.</summary>
internal static class SystemFiles
{
    /// <summary>A soft limit of this process, by its name in <c>/proc/self/limits</c>; infinite if there is none.</summary>
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

    /// <summary>The number in a file.</summary>
    public static long? Number(string file) =>
        File.Exists(file)
        && long.TryParse(File.ReadAllText(file), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;

    /// <summary>How many descriptors this process has open.</summary>
    public static int OpenDescriptors => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
