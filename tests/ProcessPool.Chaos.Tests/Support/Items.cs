using System.Diagnostics;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>The work of items, in the workers.</summary>
internal static class Items
{
    /// <summary>The expected result for an input.</summary>
    public static long ResultOf(long item) => item * 7 + 1;

    /// <summary>Logs that the item runs, keeps the processor busy for a time, and returns the expected result.</summary>
    public static long Work(string log, long item, double milliseconds)
    {
        RunLog.Append(log, item);
        Spin(milliseconds);
        return ResultOf(item);
    }

    /// <summary>Keeps the processor busy for a time, exact to about a microsecond.</summary>
    public static void Spin(double milliseconds)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalMilliseconds < milliseconds) Thread.SpinWait(10);
    }

    /// <summary>Runs until a file appears; for items that outlive a part of their test.</summary>
    public static int WaitForFile(string file, int item)
    {
        var clock = Stopwatch.StartNew();
        while (!File.Exists(file) && clock.Elapsed < TimeSpan.FromSeconds(20)) Thread.Sleep(1);
        return item;
    }

    /// <summary>Yields 0, 1, 2, … until the condition is true.</summary>
    public static IEnumerable<long> Until(Func<bool> end, long least = 0)
    {
        for (var item = 0L; item < least || !end(); item++) yield return item;
    }
}
