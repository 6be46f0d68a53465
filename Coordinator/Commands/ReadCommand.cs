using System.CommandLine;
using System.Diagnostics;
using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Commands;

/// <summary><c>read</c>: reads a bunch of files across the workers into a list, in order.</summary>
internal static class ReadCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make(Option<int> workers)
    {
        var directory = new Argument<string>("DIR") { Description = "Directory with *.png files, 8-bit grayscale." };
        var command = new Command("read", "Reads the PNG files of a directory, in the ordinal order of their names.")
        {
            directory,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(workers),
            ImageDirectory.FilesToRead(parsed.GetValue(directory)!)));
        return command;
    }

    private static async Task<int> RunAsync(int workers, string[] files)
    {
        await using Pool pool = await Report.StartAsync(workers);
        long start = Stopwatch.GetTimestamp();
        List<GrayImage> images = [.. await pool.MapAsync(GrayImage.Read, files)];
        Report.Read(images, Stopwatch.GetElapsedTime(start));
        return ExitCode.Success;
    }
}
