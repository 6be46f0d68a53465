using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>How many items a second go through a pool if each does next to nothing.</summary>
internal static class QuickItems
{
    public static Row[] Rows(Workbench bench)
    {
        var blocks = new Measure(() => bench.Raw.Items(bench.Of(2_000_000), 8, 8192));
        var sustained = new SustainedImap();
        return
        [
            new("no-op items, one a frame; Python: map, chunksize=1", "items/s",
                new(async () => await MapAsync(await bench.Pools.SinglyAsync(), bench.Of(200_000))))
            {
                Python = bench.Python.Row("items-singly", bench.Of(30_000)),
                Limit = new(() => bench.Raw.Items(bench.Of(200_000), 16, 1)),
                Others = bench.Peers.Singly(5_000), IsInReadme = true,
                Targets = [Target.TimesPython(20)],
            },
            new("no-op items, by default; Python: map", "items/s",
                new(async () => await MapAsync(await bench.Pools.OfAsync(), bench.Of(3_000_000))))
            {
                Python = bench.Python.Row("items", bench.Of(1_000_000)), Limit = blocks,
                Others = bench.Peers.InChunks(200_000), IsInReadme = true,
                Targets = [Target.TimesPython(3)],
            },
            new("no-op items through Imap; Python: imap", "items/s", new(() => ImapAsync(bench, bench.Of(500_000), new CallOptions())))
            {
                Python = bench.Python.Row("imap", bench.Of(30_000)), Limit = blocks, IsInReadme = true,
                Targets = [Target.TimesPython(25)],
            },
            // A buffer of ten chunks, because Python's imap has no limit.
            new("no-op items through Imap, chunks of 1,000 on both sides", "items/s",
                new(() => ImapAsync(bench, bench.Of(1_000_000), new CallOptions { ChunkSize = 1000, BufferSize = 10_000 })))
            {
                Python = bench.Python.Row("imap-chunks", bench.Of(300_000)), Limit = blocks, IsInReadme = true,
                Targets = [Target.TimesPython(2)],
            },
            new("no-op items through Imap, 10 million", "items/s", sustained.Rate)
            {
                Others = [(SustainedImap.Short, sustained.ShortRate)], IsSlow = true,
                Targets = [Target.TimesOther(SustainedImap.Short, 1)],
            },
            new("the coordinator's growth in Imap of 10 million, after 100,000", "MB", sustained.Growth)
            {
                IsSlow = true,
                Targets = [Target.Figures(atMost: 30, "MB")],
            },
        ];
    }

    private static async Task<double> MapAsync(Pool pool, int count)
    {
        var inputs = Enumerable.Range(0, count).ToArray();
        var clock = Stopwatch.StartNew();
        var results = await pool.MapAsync(x => x + 1, inputs);
        var seconds = clock.Elapsed.TotalSeconds;
        for (var i = 0; i < count; i++) Workbench.Check(results[i] == i + 1);
        return count / seconds;
    }

    private static async Task<double> ImapAsync(Workbench bench, int count, CallOptions options)
    {
        var pool = await bench.Pools.OfAsync();
        return await SustainedImap.ItemsPerSecondAsync(pool, count, options);
    }
}
