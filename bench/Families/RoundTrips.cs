using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>One call after the other, each of one no-op.</summary>
internal static class RoundTrips
{
    public static Row[] Rows(Workbench bench)
    {
        var limit = new Measure(() => bench.Raw.RoundTrip(bench.Of(3_000)));
        var others = bench.Peers.RoundTrip(1_000);
        return
        [
            new("Apply, round trip", "µs", new(async () => Apply(await bench.Pools.OfAsync(), bench.Of(3_000))))
            {
                Python = bench.Python.Row("apply", bench.Of(3_000)), Limit = limit, Others = others, IsInReadme = true,
                Targets = [Target.TimesPython(6), Target.TimesLimit(4)],
            },
            new("ApplyAsync, round trip", "µs", new(async () => await ApplyAsync(await bench.Pools.OfAsync(), bench.Of(3_000))))
            {
                Python = bench.Python.Row("apply-async", bench.Of(3_000)), Limit = limit, Others = others, IsInReadme = true,
                Targets = [Target.TimesPython(8), Target.TimesLimit(4)],
            },
        ];
    }

    private static double Apply(Pool pool, int count)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++) Workbench.Check(pool.Apply(x => x + 1, i) == i + 1);
        return clock.Elapsed.TotalMicroseconds / count;
    }

    private static async Task<double> ApplyAsync(Pool pool, int count)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++) Workbench.Check(await pool.ApplyAsync(x => x + 1, i) == i + 1);
        return clock.Elapsed.TotalMicroseconds / count;
    }
}
