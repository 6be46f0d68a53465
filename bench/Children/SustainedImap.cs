using System.Diagnostics;
using System.Globalization;

namespace ProcessPool.Bench;

/// <summary>
/// A program that reads ten million results of <c>Imap</c>, after 100,000 at a time. A process of its own, so that its memory is that
/// of this call.
/// </summary>
internal sealed class SustainedImap
{
    public const string Short = "100,000 items";

    private const int ShortCount = 100_000;
    private const int LongCount = 10_000_000;

    private double _shortRate;
    private double _growth;

    public SustainedImap()
    {
        Rate = Measure.Slow(MeasureAsync, atMost: 2);
        ShortRate = Measure.Slow(() => Task.FromResult(_shortRate), atMost: 2);
        Growth = Measure.Slow(() => Task.FromResult(_growth), atMost: 2);
    }

    /// <summary>Items per second of the ten million. The other two measures are of the same run.</summary>
    public Measure Rate { get; }

    public Measure ShortRate { get; }

    public Measure Growth { get; }

    /// <summary>The program: prints the rates of the last short calls and of the long one, and the growth in MB.</summary>
    public static async Task<int> RunAsync()
    {
        await using var pool = new Pool(Pools.Workers);
        await pool.WaitUntilReadyAsync();
        List<double> rates = [];
        for (var i = 0; i < 15; i++) rates.Add(await ItemsPerSecondAsync(pool, ShortCount, new CallOptions()));
        var before = PeakMemory.Reset();
        var rate = await ItemsPerSecondAsync(pool, LongCount, new CallOptions());
        var median = rates[^5..].Order().ElementAt(2);
        Console.WriteLine(FormattableString.Invariant($"{median} {rate} {(PeakMemory.Bytes - before) / 1e6}"));
        return 0;
    }

    public static async Task<double> ItemsPerSecondAsync(Pool pool, int count, CallOptions options)
    {
        var clock = Stopwatch.StartNew();
        var expected = 1;
        await foreach (var result in pool.Imap(x => x + 1, Enumerable.Range(0, count), options))
            Workbench.Check(result == expected++);
        Workbench.Check(expected == count + 1);
        return count / clock.Elapsed.TotalSeconds;
    }

    private async Task<double> MeasureAsync()
    {
        var run = await ChildProgram.RunSelfAsync("--imap-sustained");
        var figures = run.Output.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        (_shortRate, _growth) = (figures[0], figures[2]);
        return figures[1];
    }
}
