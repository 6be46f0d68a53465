using System.Runtime.InteropServices;

namespace ProcessPool.Bench;

/// <summary>
/// The whole run: in each round every row once, and in each row ours, Python's and the limit one after the other, so that
/// whatever else the machine does falls on all of them.
/// </summary>
internal static class SideBySide
{
    /// <summary>The exit code is 1 if something of ours could not be measured. Without Python its columns are empty.</summary>
    public static async Task<int> RunAsync(BenchOptions options)
    {
        // Before the run, so that a path that cannot be written costs no run.
        await using var json = options.Json is { } file ? File.Create(file) : null;
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        var surroundings = await Surroundings.FindAsync(options);
        Console.WriteLine(surroundings);
        var directory = Directory.CreateTempSubdirectory("processpool-bench-");
        try
        {
            var examples = new Examples(directory.FullName, options.IsQuick);
            await using var ours = new OurPools();
            await ours.WaitUntilReadyAsync();
            using var raw = new RawPipe();
            var rows = Rows.Make(options, ours, raw, examples);
            await MeasureAsync(rows, options.Rounds, stop.Token);
            Console.WriteLine(Table.Of(rows));
            if (json is not null) await JsonResults.WriteAsync(json, options, surroundings, rows);
            if (rows.Any(row => row.Ours.Failure is not null || row.Limit?.Failure is not null)) return 1;
            return options.WritesDocs ? await WriteDocsAsync(surroundings, rows) : 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<int> WriteDocsAsync(Surroundings surroundings, IReadOnlyList<Row> rows)
    {
        if (rows.Any(row => row.Python.Failure is not null))
        {
            Console.Error.WriteLine("The docs are left as they are: they compare with Python, and not all of its rows were measured (see above).");
            return 1;
        }

        await NumbersPage.WriteAsync(Examples.Root, surroundings, rows);
        return 0;
    }

    /// <exception cref="OperationCanceledException">It was to stop; what runs is ended first.</exception>
    private static async Task MeasureAsync(IReadOnlyList<Row> rows, int rounds, CancellationToken stop)
    {
        var measures = rows.SelectMany(row => row.Measures).Distinct().ToArray();
        for (var round = 0; round <= rounds; round++)
        {
            Console.Error.WriteLine(round == 0 ? "warming up" : $"round {round} of {rounds}");
            foreach (var measure in measures)
            {
                await measure.RunAsync(counts: round > 0);
                stop.ThrowIfCancellationRequested();
            }
        }
    }
}
