using System.Globalization;
using ProcessPool.Soak.Calls;
using ProcessPool.Soak.Items;
using ProcessPool.Soak.Ledger;
using ProcessPool.Soak.Torment;

namespace ProcessPool.Soak;

/// <summary>A pool from start to end, with all calls and all torment.</summary>
internal static class Round
{
    /// <summary>A worker then lives for a while, if it is not killed before.</summary>
    private const int RecycleAfter = 3_000;

    public static async Task RunAsync(Settings settings, int seed, TimeSpan time, Tally tally)
    {
        var hits = new Hits();
        var judge = new Judge(settings.Seed, hits, tally);
        var options = new PoolOptions { Workers = settings.Workers, RecycleAfter = RecycleAfter, Output = output => CheckLine(output, judge, tally) };
        await using (var pool = new Pool(options))
        {
            var lanes = new Lanes(seed, new CallRunner(pool, judge, tally), judge);
            using (new Watchdog(pool, lanes, judge))
            {
                using (new Tormentor(pool, hits, tally, seed)) await lanes.RunAsync(time).ConfigureAwait(false);
                tally.Count(Tally.Workers, "ended as they were asked to", Mark.CountEnded());
                await EndAsync(pool, judge).ConfigureAwait(false);
            }
        }

        Mark.Clear();
    }

    private static async Task EndAsync(Pool pool, Judge judge)
    {
        var workers = pool.WorkerPids;
        var end = pool.DisposeAsync().AsTask();
        if (await Task.WhenAny(end, Task.Delay(TimeSpan.FromSeconds(60))).ConfigureAwait(false) != end)
            judge.Breach(null, $"it does not end; workers: {string.Join(", ", workers.Select(static worker => $"{worker} ({Signal.StatOf(worker)?.State})"))}");
        await end.ConfigureAwait(false);
    }

    /// <summary>A line names the item that printed it: CALL INDEX LINE.</summary>
    private static void CheckLine(WorkerOutput output, Judge judge, Tally tally)
    {
        tally.Count(Tally.Printed, output.Source.ToString());
        if (output.Source == OutputSource.Native || output.Item is not { } item) return;
        var parts = output.Line.Split(' ');
        if (parts.Length != 3 || parts[1] != item.ToString(CultureInfo.InvariantCulture)) judge.Breach(null, $"item {item} is said to have printed '{output.Line}'");
    }
}
