using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>
/// Items that keep a processor busy: how near two workers come to half the time. The limit is two raw processes that spin for the
/// same items, half each, without a pool.
/// </summary>
internal static class Balance
{
    private const string ForEach = "Parallel.ForEach";
    private const string Half = "total / 2";
    private const int ManyItems = 40_000;

    public static Row[] Rows(Workbench bench)
    {
        var uneven = new UnevenItems(bench);
        return
        [
            Even(500, 1000, 1.03),
            Even(5_000, 100, 1.03),
            Even(ManyItems, 2, 1.15),
            Even(ManyItems, 10, 1.04),
            Even(ManyItems, 50, 1.02),
            new($"{bench.Of(ManyItems):N0} items of 10 µs, second call of a fresh pool", "ms",
                new(() => SecondCallAsync(bench.Of(ManyItems), 10)))
            {
                Limit = new(() => bench.Spinning.Milliseconds(bench.Of(ManyItems), 10)),
                Others = [(Half, new(() => HalfOf(bench.Of(ManyItems), 10)))],
                Targets = [Target.TimesLimit(1.2)],
            },
            new($"{uneven.Count:N0} uneven items, Pareto from 0.1 to 100 ms; limit: a list schedule", "ms", uneven.Ours)
            {
                Limit = uneven.ListSchedule,
                Others = [(ForEach, uneven.ParallelForEach)],
                Targets = [Target.TimesLimit(1.03)],
            },
        ];

        Row Even(int count, int microseconds, double atMost) => new($"{bench.Of(count):N0} items of {Length(microseconds)}, warm", "ms",
            new(async () => await MapAsync(await bench.Pools.OfAsync(), bench.Of(count), microseconds)))
        {
            Python = bench.Python.Row("spin", bench.Of(count), microseconds),
            Limit = new(() => bench.Spinning.Milliseconds(bench.Of(count), microseconds)),
            Others =
            [
                (Half, new(() => HalfOf(bench.Of(count), microseconds))),
                (ForEach, new(() => InThreads(bench.Of(count), microseconds))),
            ],
            Targets = [Target.TimesLimit(atMost)],
        };
    }

    private static string Length(int microseconds) => microseconds < 100 ? $"{microseconds} µs" : $"{microseconds / 1000.0:0.#} ms";

    private static double HalfOf(int count, double microseconds) => count * microseconds / Pools.Workers / 1000;

    private static async Task<double> MapAsync(Pool pool, int count, int microseconds)
    {
        var ticks = Spin.Ticks(microseconds);
        var clock = Stopwatch.StartNew();
        var results = await pool.MapAsync(i => Spin.Until(ticks, i), Enumerable.Range(0, count));
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        for (var i = 0; i < count; i++) Workbench.Check(results[i] == i);
        return milliseconds;
    }

    private static double InThreads(int count, int microseconds)
    {
        var ticks = Spin.Ticks(microseconds);
        var results = new int[count];
        var clock = Stopwatch.StartNew();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Pools.Workers };
        Parallel.ForEach(Enumerable.Range(0, count), options, i => results[i] = Spin.Until(ticks, i));
        return clock.Elapsed.TotalMilliseconds;
    }

    private static async Task<double> SecondCallAsync(int count, int microseconds)
    {
        await using var pool = new Pool(Pools.Workers);
        await MapAsync(pool, count, microseconds);
        return await MapAsync(pool, count, microseconds);
    }
}
