using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>A program that makes a pool of two, maps over two items and ends, timed from outside.</summary>
internal static class FirstResult
{
    public static int Run()
    {
        using var pool = new Pool(2);
        return pool.Map(x => x + 1, [1, 2])[1] == 3 ? 0 : 1;
    }

    public static double Measure()
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, RawPipe.Arguments("--first-result")))!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"It ended with exit code {process.ExitCode}.");
        return clock.Elapsed.TotalMilliseconds;
    }
}
