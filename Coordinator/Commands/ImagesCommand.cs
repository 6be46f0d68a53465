using System.CommandLine;
using System.Diagnostics;
using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Commands;

/// <summary><c>images</c>: generates a bunch of files across the workers.</summary>
internal static class ImagesCommand
{
    /// <summary>Images made when no count is given.</summary>
    public const int DefaultCount = 2000;

    /// <summary>Width and height when no size is given.</summary>
    public const int DefaultSize = 100;

    /// <summary>Makes the command.</summary>
    public static Command Make(Option<int> workers)
    {
        Option<int> count = Options.Number("--count", DefaultCount, 1, int.MaxValue, "Images to make.");
        Option<int> size = Options.Number("--size", DefaultSize, 1, NoiseImage.MaxSize, "Width and height of each, in pixels.");
        Option<int> seed = Options.Number("--seed", 0, int.MinValue, int.MaxValue, "Seed of the first; the next has one more.");
        var directory = new Option<string>("--out")
        {
            Description = "Directory to write to; made if it is not there.",
            DefaultValueFactory = _ => "./images",
        };
        var command = new Command("images", "Makes PNG files of noise, image_0.png and so on.")
        {
            count, size, directory, seed,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(workers),
            parsed.GetValue(count),
            parsed.GetValue(size),
            ImageDirectory.ForWriting(parsed.GetValue(directory)!),
            parsed.GetValue(seed)));
        return command;
    }

    private static async Task<int> RunAsync(int workers, int count, int size, string directory, int seed)
    {
        await using Pool pool = await Report.StartAsync(workers);
        long start = Stopwatch.GetTimestamp();
        await ImageDirectory.MakeAsync(pool, directory, count, size, seed);
        Report.Made(count, size, directory, Stopwatch.GetElapsedTime(start));
        return ExitCode.Success;
    }
}
