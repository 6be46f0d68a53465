using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>Keeps a processor busy until a time has passed by the clock: in a worker, here, or in a raw process.</summary>
internal static class Spin
{
    public static long Ticks(double microseconds) => (long)(microseconds * Stopwatch.Frequency / 1e6);

    /// <summary>Returns its second argument, so that results can be checked.</summary>
    public static int Until(long ticks, int result)
    {
        var end = Stopwatch.GetTimestamp() + ticks;
        while (Stopwatch.GetTimestamp() < end)
        {
        }

        return result;
    }

    /// <summary>Returns how long it took.</summary>
    public static long Measured(long ticks)
    {
        var start = Stopwatch.GetTimestamp();
        Until(ticks, 0);
        return Stopwatch.GetTimestamp() - start;
    }

    /// <summary>The raw process: reads a count and a number of ticks, spins so often, and answers with the time.</summary>
    public static int Run()
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        var order = new byte[12];
        while (input.ReadAtLeast(order, order.Length, throwOnEndOfStream: false) == order.Length)
        {
            var ticks = BitConverter.ToInt64(order, 4);
            for (var i = BitConverter.ToInt32(order); i > 0; i--) Until(ticks, i);
            output.Write(BitConverter.GetBytes(Stopwatch.GetTimestamp()));
        }

        return 0;
    }
}
