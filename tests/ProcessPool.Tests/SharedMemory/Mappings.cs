using System.Diagnostics;

namespace ProcessPool.Tests.SharedMemory;

/// <summary>The shared memory that a process has mapped and open. Also runs in workers.</summary>
internal static class Mappings
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private const string Name = "memfd:processpool-";

    /// <summary>How many arrays this process has mapped.</summary>
    public static int Own() => Of(Environment.ProcessId);

    /// <summary>How many arrays a process has mapped.</summary>
    public static int Of(int process) => File.ReadLines($"/proc/{process}/maps").Count(static line => line.Contains(Name));

    /// <summary>How many arrays a process has open.</summary>
    public static int DescriptorsOf(int process) =>
        Directory.GetFiles($"/proc/{process}/fd").Count(static file => new FileInfo(file).LinkTarget?.Contains(Name) == true);

    /// <summary>
    /// Releases what was dropped; in a test's process, what other tests have dropped. A call that has stopped is held for
    /// as long as it takes to kill what still runs of it, so there is a bound and not a number of attempts.
    /// </summary>
    /// <returns>How many arrays are still mapped.</returns>
    public static int Collect()
    {
        var clock = Stopwatch.StartNew();
        while (Own() > 0 && clock.Elapsed < Bound)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(1);
        }

        return Own();
    }

    /// <summary>Waits, bounded, for workers to let go.</summary>
    public static bool Become(int expected, IEnumerable<int> processes)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Bound)
        {
            if (processes.All(process => Of(process) == expected && DescriptorsOf(process) == expected)) return true;
            Thread.Sleep(1);
        }

        return false;
    }
}
