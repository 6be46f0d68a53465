using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>What a no-op costs in calls of different lengths, and in pools of different sizes.</summary>
internal static class NoOpCost
{
    private const string Reference = "10,000 items";
    private const string TwoWorkers = "2 workers";

    public static Row[] Rows(Workbench bench)
    {
        var ofTenThousand = OfItems(10_000);
        var ofTwoWorkers = OfItems(100_000);
        return
        [
            Items(1_000, OfItems(1_000), Target.Figures(atMost: 150, "ns")),
            Items(10_000, ofTenThousand),
            Items(100_000, ofTwoWorkers, Target.Within(0.2, Reference)),
            Items(1_000_000, OfItems(1_000_000), Target.Within(0.2, Reference)),
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

        Row Workers(int count) => new($"a no-op, Map of 100,000 items, {count} worker{(count > 1 ? "s" : "")}", "ns",
            new(async () => await NanosecondsAsync(await bench.Pools.OfAsync(count), 100_000)))
        {
            Others = [(TwoWorkers, ofTwoWorkers)],
            IsSlow = count > Pools.Workers,
            Targets = [Target.Within(0.2, TwoWorkers)],
        };
    }

    /// <summary>The mean of calls with a million items together, but at most 200 calls.</summary>
    private static async Task<double> NanosecondsAsync(Pool pool, int count)
    {
        var calls = Math.Min(1_000_000 / count, 200);
        var inputs = Enumerable.Range(0, count).ToArray();
        var results = inputs;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < calls; i++) results = await pool.MapAsync(x => x + 1, inputs);
        var nanoseconds = clock.Elapsed.TotalNanoseconds / calls / count;
        for (var i = 0; i < count; i++) Workbench.Check(results[i] == i + 1);
        return nanoseconds;
    }
}
