namespace ProcessPool.Bench;

/// <summary>The coordinator's memory, and items that allocate much.</summary>
internal static class Memory
{
    public static Row[] Rows(Workbench bench) =>
    [
        new("the coordinator's peak beyond the input, Map of 10 million ints; limit: the results", "MB", Measure.Slow(MapMemory.MeasureAsync))
        {
            Limit = Measure.Slow(() => Task.FromResult(MapMemory.Count * sizeof(int) / 1e6)), IsSlow = true,
            Targets = [Target.TimesLimit(1.5)],
        },
        new($"{Allocations.Count} items that allocate {Allocations.MegabytesEach} MB in small objects each", "ms",
            Measure.Slow(async () => await Allocations.MapAsync(await bench.Pools.OfAsync())))
        {
            Others =
            [
                ("Parallel.ForEachAsync, workstation GC", Measure.Slow(() => Allocations.MeasureAsync(isServer: false))),
                ("Parallel.ForEachAsync, server GC", Measure.Slow(() => Allocations.MeasureAsync(isServer: true))),
            ],
            IsSlow = true,
        },
    ];
}
