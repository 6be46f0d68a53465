namespace ProcessPool.Tests.SharedMemory;

/// <summary>What shared memory a process has mapped and open; runs in workers too.</summary>
internal static class Mappings
{
    private const string Name = "memfd:processpool-";

    /// <summary>How many arrays this process has mapped.</summary>
    public static int Own() => Of(Environment.ProcessId);

    /// <summary>How many arrays a process has mapped.</summary>
    public static int Of(int process) => File.ReadLines($"/proc/{process}/maps").Count(static line => line.Contains(Name));

    /// <summary>How many arrays a process has open.</summary>
    public static int DescriptorsOf(int process) =>
        Directory.GetFiles($"/proc/{process}/fd").Count(static file => new FileInfo(file).LinkTarget?.Contains(Name) == true);

    /// <summary>Releases what was dropped; in a test's process, what other tests have dropped.</summary>
    /// <returns>How many arrays are still mapped.</returns>
    public static int Collect()
    {
        for (var i = 0; i < 10 && Own() > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return Own();
    }

    /// <summary>Waits, bounded, for workers to let go.</summary>
    public static bool Become(int expected, IEnumerable<int> processes)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(30))
        {
            if (processes.All(process => Of(process) == expected && DescriptorsOf(process) == expected)) return true;
            Thread.Sleep(1);
        }

        return false;
    }
}
