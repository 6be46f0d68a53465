using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>How long it takes until a pool has its first result.</summary>
internal static class Start
{
    public static Row[] Rows(Workbench bench)
    {
        var newPool = new Measure(NewPoolAsync);
        var twoStarts = new Measure(() => RawPipe.StartSeveral(Pools.Workers));
        return
        [
            new("new Pool(2) to first result, warm; Python: fork", "ms", newPool)
            {
                Python = bench.Python.Row("fork"), Limit = twoStarts, IsInReadme = true,
            },
            new("new Pool(2) to first result, warm; Python: spawn", "ms", newPool)
            {
                Python = bench.Python.Row("spawn"), Limit = twoStarts, IsInReadme = true,
                Targets = [Target.TimesPython(0.9), Target.TimesLimit(1.6)],
            },
            new("process start to first result and end", "ms", new(FirstResult.MeasureAsync))
            {
                Python = bench.Python.Whole("first_result.py"), IsInReadme = true,
                Targets = [Target.TimesPython(0.45)],
            },
        ];
    }

    private static async Task<double> NewPoolAsync()
    {
        var clock = Stopwatch.StartNew();
        var pool = new Pool(Pools.Workers);
        Workbench.Check((await pool.MapAsync(x => x + 1, [1, 2]))[1] == 3);
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        await pool.DisposeAsync();
        return milliseconds;
    }
}
