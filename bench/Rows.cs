namespace ProcessPool.Bench;

/// <summary>Makes the rows of the table: what each of their measures runs, and how many times.</summary>
internal static class Rows
{
    public static IReadOnlyList<Row> Make(BenchOptions options, OurPools ours, RawPipe raw, Examples examples)
    {
        var python = new PythonScripts(options.Python);
        var newPool = new Measure(OurPools.NewPoolAsync);
        var blocks = new Measure(() => raw.Items(Of(2_000_000), 8, 8192));
        var roundTrip = new Measure(() => raw.RoundTrip(Of(3_000)));
        var twoStarts = new Measure(() => RawPipe.StartSeveral(OurPools.Workers));
        return
        [
            new("no-op items, one a frame; Python: map, chunksize=1", "items/s",
                new(() => ours.ItemsSinglyAsync(Of(200_000))), python.Row("items-singly", Of(30_000)),
                new(() => raw.Items(Of(200_000), 16, 1))),
            new("no-op items, by default; Python: map", "items/s",
                new(() => ours.ItemsAsync(Of(3_000_000))), python.Row("items", Of(1_000_000)), blocks),
            new("no-op items through Imap; Python: imap", "items/s",
                new(() => ours.ImapAsync(Of(500_000))), python.Row("imap", Of(30_000)), blocks),
            new("no-op items through Imap, chunks of 1,000 on both sides", "items/s",
                new(() => ours.ImapInChunksAsync(Of(1_000_000))), python.Row("imap-chunks", Of(300_000)), blocks),
            new("Apply, round trip", "µs",
                new(() => ours.Apply(Of(3_000))), python.Row("apply", Of(3_000)), roundTrip),
            new("ApplyAsync, round trip", "µs",
                new(() => ours.ApplyAsync(Of(3_000))), python.Row("apply-async", Of(3_000)), roundTrip),
            new("1 MiB echoed, each way", "MiB/s",
                new(() => ours.Echo(Of(200))), python.Row("echo", Of(100)), new(() => raw.Echo(Of(200)))),
            new("new Pool(2) to first result, warm; Python: fork", "ms", newPool, python.Row("fork", 1), twoStarts),
            new("new Pool(2) to first result, warm; Python: spawn", "ms", newPool, python.Row("spawn", 1), twoStarts),
            new("process start to first result and end", "ms",
                new(FirstResult.MeasureAsync), python.Whole("first_result.py")),
            new($"images, {examples.Images}, whole process", "ms", examples.OurImages, python.Whole("images.py", examples.PythonImages)),
            new($"read, {examples.Images}, whole process", "ms", examples.OurRead, python.Whole("read.py", examples.PythonRead)),
            new($"fill, {examples.Matrix}, whole process", "ms", examples.OurFill, python.Whole("fill.py", examples.PythonFill)),
        ];

        int Of(int count) => options.IsQuick ? count / 5 : count;
    }
}
