namespace ProcessPool.Bench;

/// <summary>The largest resident memory of this process since a moment, as Linux counts it.</summary>
internal static class PeakMemory
{
    public static long Bytes => Read("VmHWM:");

    /// <summary>Collects garbage, and starts anew from what is resident now.</summary>
    /// <returns>The resident memory in bytes.</returns>
    public static long Reset()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        File.WriteAllText("/proc/self/clear_refs", "5");
        return Read("VmRSS:");
    }

    private static long Read(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name));
        return long.Parse(line[name.Length..].Replace("kB", "").Trim()) * 1024;
    }
}
