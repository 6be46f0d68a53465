namespace ProcessPool.Tests.Memory;

/// <summary>What this process has mapped and open.</summary>
internal static class Mappings
{
    public static int Count(string name) => File.ReadLines("/proc/self/maps").Count(line => line.Contains(name));

    public static int CountDescriptors(string name) =>
        Directory.GetFiles("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget?.Contains(name) == true);
}
