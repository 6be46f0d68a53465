using System.Diagnostics;
using System.Globalization;
using System.Runtime;

namespace ProcessPool.Bench;

/// <summary>
/// Items that allocate many small objects and keep some of them until they end. In one process all threads share one garbage
/// collector; in a pool each worker has one of its own.
/// </summary>
internal static class Allocations
{
    public const int Count = 200;
    public const int MegabytesEach = 10;

    private const string ServerSetting = "DOTNET_gcServer";
    private const int Objects = 100_000;
    private const int BytesEach = MegabytesEach * 1_000_000 / Objects - ArrayOverhead;
    private const int ArrayOverhead = 24;

    /// <summary>Milliseconds with a pool.</summary>
    public static async Task<double> MapAsync(Pool pool)
    {
        await pool.MapAsync(Item, Enumerable.Range(0, Count / 10));
        var clock = Stopwatch.StartNew();
        var results = await pool.MapAsync(Item, Enumerable.Range(0, Count));
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        for (var i = 0; i < Count; i += Count / 4) Workbench.Check(results[i] == Item(i));
        return milliseconds;
    }

    /// <summary>Milliseconds in one process with two threads. The collector is chosen when a process starts.</summary>
    public static async Task<double> MeasureAsync(bool isServer)
    {
        var environment = new Dictionary<string, string?> { [ServerSetting] = isServer ? "1" : "0" };
        var run = await ChildProgram.RunAsync(ChildProgram.DotnetPath, [ChildProgram.Self, "--allocations"], environment);
        return double.Parse(run.Output, CultureInfo.InvariantCulture);
    }

    /// <summary>The program: prints how long the items take.</summary>
    public static async Task<int> RunAsync()
    {
        Workbench.Check(GCSettings.IsServerGC == (Environment.GetEnvironmentVariable(ServerSetting) == "1"));
        await LoopAsync(Count / 10);
        var clock = Stopwatch.StartNew();
        await LoopAsync(Count);
        Console.WriteLine(clock.Elapsed.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static Task LoopAsync(int count)
    {
        var results = new long[count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Pools.Workers };
        return Parallel.ForEachAsync(Enumerable.Range(0, count), options, (i, _) =>
        {
            results[i] = Item(i);
            return ValueTask.CompletedTask;
        });
    }

    private static long Item(int seed)
    {
        var kept = new byte[Objects / 8][];
        long sum = 0;
        for (var i = 0; i < Objects; i++)
        {
            var bytes = new byte[BytesEach];
            bytes[i % BytesEach] = (byte)(seed + i);
            kept[i % kept.Length] = bytes;
        }

        foreach (var bytes in kept) sum += bytes.Length + bytes[0];
        return sum;
    }
}
