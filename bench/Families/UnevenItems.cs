using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>
/// Items whose lengths have a bounded Pareto distribution. Each returns how long it took in its worker. The list schedule gives each
/// of these lengths, in order, to whichever of two workers is free first, and takes nothing in between.
/// </summary>
internal sealed class UnevenItems
{
    private const double Shortest = 100;
    private const double Longest = 100_000;

    private readonly long[] _ticks;
    private double _listSchedule;

    public UnevenItems(Workbench bench)
    {
        var random = new Random(1);
        _ticks = [.. Enumerable.Range(0, bench.Of(1000)).Select(_ => Spin.Ticks(Pareto(random.NextDouble())))];
        Ours = new(async () => await MapAsync(await bench.Pools.OfAsync()));
        ListSchedule = new(() => _listSchedule);
        ParallelForEach = new(RunParallelForEach);
    }

    public int Count => _ticks.Length;

    public Measure Ours { get; }

    /// <summary>The schedule of the run of ours that came before it.</summary>
    public Measure ListSchedule { get; }

    public Measure ParallelForEach { get; }

    /// <summary>Shape 1: there are half as many items of twice the length.</summary>
    private static double Pareto(double uniform) => Shortest / (1 - uniform * (1 - Shortest / Longest));

    private async Task<double> MapAsync(Pool pool)
    {
        var clock = Stopwatch.StartNew();
        var durations = await pool.MapAsync(Spin.Measured, _ticks);
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        for (var i = 0; i < _ticks.Length; i++) Workbench.Check(durations[i] >= _ticks[i]);
        _listSchedule = ScheduleOf(durations) * 1000.0 / Stopwatch.Frequency;
        return milliseconds;
    }

    private static long ScheduleOf(long[] durations)
    {
        var (one, other) = (0L, 0L);
        foreach (var duration in durations)
        {
            if (one <= other) one += duration;
            else other += duration;
        }

        return Math.Max(one, other);
    }

    private double RunParallelForEach()
    {
        var clock = Stopwatch.StartNew();
        Parallel.ForEach(_ticks, new ParallelOptions { MaxDegreeOfParallelism = Pools.Workers }, ticks => Spin.Measured(ticks));
        return clock.Elapsed.TotalMilliseconds;
    }
}
