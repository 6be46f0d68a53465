namespace ProcessPool.Tests.Memory;

/// <summary>The mappings and open files of this process.</summary>
internal static class Mappings
{
    public static int Count(string name) => File.ReadLines("/proc/self/maps").Count(line => line.Contains(name));

    public static int CountDescriptors(string name) =>
        Directory.GetFiles("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget?.Contains(name) == true);
}
