using ProcessPool.Coordinator.Examples;
using ProcessPool.Coordinator.Reporting;
using ProcessPool.Coordinator.Running;

namespace ProcessPool.Coordinator.Commands;

/// <summary>
/// What runs if no command is given: the three examples one after the other, each compared with the plain loop. They use a
/// fresh directory that is removed at the end.
/// </summary>
internal static class DemoCommand
{
    // Larger than what the commands make by default. Two workers need some tenths of a second of work to make up for their start.
    private const int Images = 2000;
    private const int Size = 400;
    private const int Rows = 4000;
    private const int Columns = 16_000;

    /// <summary>Runs the demo.</summary>
    public static Task<int> RunAsync(RunOptions options)
    {
        RunOptions compared = options with { Check = !options.Serial };
        return CommandHost.RunAsync(compared, async session =>
        {
            List<ExampleReport> reports = await RunAllAsync(session);
            if (options.Json)
                Results.Print([JsonReport.Of(reports)]);
            else if (reports is { Count: > 1 } && !options.Serial)
                Results.Print(["", .. TextReport.Summary(reports), .. PaysFrom(reports, session)]);
            return ExitCode.Of(reports.TrueForAll(report => report.IsSuccess), session.Interruption);
        });
    }

    /// <summary>Only of workers that have a processor each to gain from.</summary>
    private static IEnumerable<string> PaysFrom(List<ExampleReport> reports, Session session) =>
        session.Pool is { Workers: > 1 } && Environment.ProcessorCount > 1 && reports.TrueForAll(report => report.IsSuccess)
            ? [TextReport.PaysFrom(reports, session.StartTime)]
            : [];

    private static async Task<List<ExampleReport>> RunAllAsync(Session session)
    {
        List<ExampleReport> reports = [];

        // The first example owns the directory, and removes it after the second has read it.
        string directory = Directory.CreateTempSubdirectory("processpool-").FullName;
        using var images = new ImagesExample(directory, Images, Size, seed: 0, isTemporary: true);
        using IDisposable _ = session.Interruption.WhenKilled(images.Dispose);
        if (!await RunAsync(images))
            return reports;

        using var read = new ReadExample(directory, ImageFiles.ToRead(directory, "*.png", recursive: false));
        if (!await RunAsync(read))
            return reports;

        using FillExample fill = ExampleCommands.MakeFill(Rows, Columns);
        await RunAsync(fill);
        return reports;

        async Task<bool> RunAsync<T, TResult>(Example<T, TResult> example)
        {
            ExampleReport report = await ExampleRunner.RunAsync(example, session);
            reports.Add(report);
            if (!session.Options.Json)
                Results.Print(TextReport.LinesOf(report).Take(1));
            return report.Outcome is { IsComplete: true, Done: > 0 };
        }
    }
}
