using System.Runtime.InteropServices;

namespace ProcessPool.Bench;

/// <summary>
/// The whole run. Each round measures every row once, and in each row ours, Python's and the limit one after the other, so that
/// other load on the machine affects all of them.
/// </summary>
internal static class SideBySide
{
    /// <summary>Returns the exit code: 1 if a measure of ours or a limit failed. Without Python its columns are empty.</summary>
    public static async Task<int> RunAsync(BenchOptions options)
    {
        // Created before the run, so that a path that cannot be written does not waste a run.
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
            Console.Error.WriteLine("The docs are not written, because some rows of Python could not be measured (see above).");
            return 1;
        }

        await NumbersPage.WriteAsync(Examples.Root, surroundings, rows);
        return 0;
    }

    /// <exception cref="OperationCanceledException">The run was interrupted. The current measure was completed first.</exception>
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
