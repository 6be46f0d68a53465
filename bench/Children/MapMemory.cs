using System.Globalization;

namespace ProcessPool.Bench;

/// <summary>A program that maps over ten million numbers and prints how much its resident memory grew at most, in MB.</summary>
internal static class MapMemory
{
    public const int Count = 10_000_000;

    public static async Task<double> MeasureAsync() =>
        double.Parse((await ChildProgram.RunSelfAsync("--map-memory")).Output, CultureInfo.InvariantCulture);

    public static async Task<int> RunAsync()
    {
        await using var pool = new Pool(Pools.Workers);
        // The code is compiled and the buffers are there before the call that is measured.
        for (var i = 0; i < 20; i++) await pool.MapAsync(x => x + 1, Enumerable.Range(0, 10_000));
        var inputs = Enumerable.Range(0, Count).ToArray();
        var before = PeakMemory.Reset();
        // Not MapAsync, which copies the array, because its caller may go on to change it.
        var results = pool.Map(x => x + 1, inputs);
        var growth = PeakMemory.Bytes - before;
        for (var i = 0; i < Count; i++) Workbench.Check(results[i] == inputs[i] + 1);
        Console.WriteLine((growth / 1e6).ToString(CultureInfo.InvariantCulture));
        return 0;
    }
}
