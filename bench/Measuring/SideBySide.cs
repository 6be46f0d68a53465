using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ProcessPool.Bench;

/// <summary>
/// The whole run. Each round measures every row once, and in each row ours, Python's, the limit and the others one after the other,
/// so that other load on the machine affects all of them.
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
        await Installer.PrepareAsync(options);
        var surroundings = await Surroundings.FindAsync(options);
        Console.WriteLine(surroundings);
        using var directory = new ScratchDirectory();
        await using var bench = new Workbench(options, directory.FullName);
        var families = AllFamilies.Make(bench);
        await MeasureAsync(families, options, stop.Token);
        Console.WriteLine(Table.Of(families));
        if (options.IsQuick)
            Console.WriteLine("Quick: smaller counts, and without other libraries and the rows that take long. The targets are for full runs.");
        if (json is not null) await JsonResults.WriteAsync(json, options, surroundings, families);
        return await EndAsync(options, surroundings, families);
    }

    private static async Task<int> EndAsync(BenchOptions options, Surroundings surroundings, IReadOnlyList<Family> families)
    {
        Row[] rows = [.. families.SelectMany(family => family.Rows)];
        if (rows.Any(row => row.Limit?.Failure is not null || (row.Ours.Failure is not null && row.IsRequired))) return 1;
        if (!options.WritesDocs) return 0;
        if (rows.Any(row => row.IsInReadme && row.Python?.Median is null))
        {
            Console.Error.WriteLine("The docs are not written, because some rows of Python could not be measured (see above).");
            return 1;
        }

        await ResultsPage.WriteAsync(surroundings, families);
        return 0;
    }

    /// <exception cref="OperationCanceledException">The run was interrupted. The current measure was completed first.</exception>
    private static async Task MeasureAsync(IReadOnlyList<Family> families, BenchOptions options, CancellationToken stop)
    {
        HashSet<Measure> measured = [];
        var clock = Stopwatch.StartNew();
        for (var round = 0; round <= options.Rounds; round++)
        {
            measured.Clear();
            foreach (var family in families)
            {
                var stage = round == 0 ? "warming up" : $"round {round} of {options.Rounds}";
                Console.Error.WriteLine($"{clock.Elapsed.TotalSeconds,4:0} s, {stage}: {family.Name}");
                var measures = family.Rows.SelectMany(row => row.Sides).Select(side => side.Measure);
                foreach (var measure in measures.Where(measure => !(options.IsQuick && measure.IsSlow)))
                {
                    if (measured.Add(measure)) await measure.RunAsync(round);
                    stop.ThrowIfCancellationRequested();
                }
            }
        }

        Console.Error.WriteLine($"{clock.Elapsed.TotalSeconds,4:0} s, done");
    }
}
