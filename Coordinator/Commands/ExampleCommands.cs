using System.CommandLine;
using ProcessPool.Coordinator.Examples;
using ProcessPool.Coordinator.Images;
using ProcessPool.Coordinator.Reporting;
using ProcessPool.Coordinator.Running;

namespace ProcessPool.Coordinator.Commands;

/// <summary>The commands that run one example each.</summary>
internal static class ExampleCommands
{
    /// <summary>The number of images if no count is given.</summary>
    private const int DefaultImages = 2000;

    /// <summary>Width and height if no size is given.</summary>
    private const int DefaultSize = 100;

    /// <summary>The number of rows and of columns if none is given: 64 MB.</summary>
    private const int DefaultLength = 4000;

    /// <summary><c>images</c>: generates a bunch of files.</summary>
    public static Command Images(CommonOptions common)
    {
        Option<int> count = Options.Number("--count", DefaultImages, 1, int.MaxValue, "Images to make.");
        Option<int> size = Options.Number("--size", DefaultSize, 1, NoiseImage.MaxSize, "Width and height of each, in pixels.");
        Option<int> seed = Options.Number(
            "--seed", 0, int.MinValue, int.MaxValue, "Seed of the first image; it grows by one with each image.");
        var directory = new Option<string>("--out")
        {
            Description = "Directory to write to; created if it does not exist.",
            DefaultValueFactory = _ => "./images",
        };
        var command = new Command(
            "images", "Makes grayscale PNG files of noise: image_0.png and so on. The same seed gives the same files.")
        {
            count, size, seed, directory,
        };
        common.AddOptionsOfRuns(command);
        command.SetAction((parsed, _) => RunAsync(common.From(parsed), () => new ImagesExample(
            ImageFiles.DirectoryToWrite(parsed.GetValue(directory)!),
            parsed.GetValue(count),
            parsed.GetValue(size),
            parsed.GetValue(seed))));
        return command;
    }

    /// <summary><c>read</c>: reads a bunch of files into a list, in order.</summary>
    public static Command Read(CommonOptions common)
    {
        var directory = new Argument<string>("DIR") { Description = "Directory to read from." };
        var pattern = new Option<string>("--pattern")
        {
            Description = "Pattern of the file names to read, with * and ? as wildcards.",
            DefaultValueFactory = _ => "*.png",
        };
        var recursive = new Option<bool>("--recursive") { Description = "Read subdirectories, too." };
        var command = new Command("read", "Reads the PNG files of a directory into a list, in name order, as 8-bit grayscale.")
        {
            directory, pattern, recursive,
        };
        common.AddOptionsOfRuns(command);
        command.SetAction((parsed, _) =>
        {
            string place = parsed.GetValue(directory)!;
            return RunAsync(common.From(parsed), () => new ReadExample(
                Path.GetFullPath(place), ImageFiles.ToRead(place, parsed.GetValue(pattern)!, parsed.GetValue(recursive))));
        });
        return command;
    }

    /// <summary><c>fill</c>: fills a matrix that the workers share.</summary>
    public static Command Fill(CommonOptions common)
    {
        Option<int> rows = Options.Number("--rows", DefaultLength, 1, int.MaxValue, "Rows of the matrix; each row is one item.");
        Option<int> columns = Options.Number("--columns", DefaultLength, 1, int.MaxValue, "Columns of the matrix, four bytes each.");
        var command = new Command("fill", "Fills the rows of a matrix in parallel, in memory that all workers share.")
        {
            rows, columns,
        };
        common.AddOptionsOfRuns(command);
        command.SetAction((parsed, _) => RunAsync(
            common.From(parsed), () => MakeFill(parsed.GetValue(rows), parsed.GetValue(columns))));
        return command;
    }

    /// <summary>Makes the example and takes the memory for its matrix.</summary>
    /// <exception cref="UsageException">There is not enough memory.</exception>
    public static FillExample MakeFill(int rows, int columns)
    {
        try
        {
            return new FillExample(rows, columns);
        }
        catch (Exception e) when (e is InsufficientMemoryException or ArgumentOutOfRangeException or IOException)
        {
            throw new UsageException($"cannot make a matrix of {rows} rows and {columns} columns: {e.Message}", e);
        }
    }

    private static async Task<int> RunAsync<T, TResult>(RunOptions options, Func<Example<T, TResult>> make)
    {
        // Made first, so that wrong arguments are reported before any worker starts.
        using Example<T, TResult> example = make();
        return await CommandHost.RunAsync(options, async session =>
        {
            ExampleReport report = await ExampleRunner.RunAsync(example, session);
            Results.Print(options.Json ? [JsonReport.Of(report)] : TextReport.LinesOf(report));
            return ExitCode.Of(report.IsSuccess, session.Interruption);
        });
    }
}
