using System.Diagnostics;
using System.Globalization;

namespace ProcessPool.Bench;

/// <summary>What a no-op costs in calls of different lengths, and in pools of different sizes.</summary>
internal static class NoOpCost
{
    private const string Reference = "10,000 items";
    private const string TwoWorkers = "2 workers";

    public static Row[] Rows(Workbench bench)
    {
        var ofTenThousand = OfItems(10_000);
        var ofTwoWorkers = InPoolOf(Pools.Workers);
        return
        [
            Items(1_000, OfItems(1_000), Target.Figures(atMost: 150, "ns")),
            Items(10_000, ofTenThousand),
            Items(100_000, OfItems(100_000), Target.Within(20, Reference)),
            Items(1_000_000, OfItems(1_000_000), Target.Within(20, Reference)),
            Workers(1),
            Workers(8),
            Workers(32),
        ];

        Measure OfItems(int count) => new(async () => await NanosecondsAsync(await bench.Pools.OfAsync(), count));

        Row Items(int count, Measure ours, params Target[] targets) => new($"a no-op, Map of {count:N0} items", "ns", ours)
        {
            Python = bench.Python.Row("cost", count),
            Others = ours == ofTenThousand ? [] : [(Reference, ofTenThousand)],
            Targets = targets,
        };

        Row Workers(int count) => new($"a no-op, Map of 100,000 items, {count} worker{(count > 1 ? "s" : "")}", "ns", InPoolOf(count))
        {
            Others = [(TwoWorkers, ofTwoWorkers)],
            IsSlow = true,
            Targets = [Target.Within(20, TwoWorkers)],
        };
    }

    /// <summary>A process of its own, so that idle workers do not disturb other rows.</summary>
    private static Measure InPoolOf(int workers) => Measure.Slow(async () =>
        double.Parse((await ChildProgram.RunSelfAsync("--no-op-cost", $"{workers}")).Output, CultureInfo.InvariantCulture));

    /// <summary>The program: prints what a no-op costs in a pool whose workers have compiled their code.</summary>
    public static async Task<int> RunAsync(int workers)
    {
        await using var pool = new Pool(workers);
        await pool.WaitUntilReadyAsync();
        for (var i = 0; i < 10; i++) await NanosecondsAsync(pool, 50_000 * workers);
        // The compiler waits until nothing new is called for a tenth of a second.
        await Task.Delay(500);
        await NanosecondsAsync(pool, 50_000 * workers);
        Console.WriteLine((await NanosecondsAsync(pool, 100_000)).ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>The mean of calls with a million items together, but at most 500 calls.</summary>
    private static async Task<double> NanosecondsAsync(Pool pool, int count)
    {
        var calls = Math.Clamp(1_000_000 / count, 1, 500);
        var inputs = Enumerable.Range(0, count).ToArray();
        var results = inputs;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < calls; i++) results = await pool.MapAsync(x => x + 1, inputs);
        var nanoseconds = clock.Elapsed.TotalNanoseconds / calls / count;
        for (var i = 0; i < count; i++) Workbench.Check(results[i] == i + 1);
        return nanoseconds;
    }
}
