using System.Diagnostics;
using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Commands;

/// <summary>
/// No subcommand: what the library is for, in one go. Generates files across the workers, reads them back into a list in
/// order, checks the list, and removes the files.
/// </summary>
internal static class DemoCommand
{
    private const int Count = ImagesCommand.DefaultCount;
    private const int Size = ImagesCommand.DefaultSize;
    private const int Seed = 0;

    /// <summary>Runs the demo; the exit code is 1 if what was read is not what was made.</summary>
    public static async Task<int> RunAsync(int workers)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("processpool-");
        try
        {
            await using Pool pool = await Report.StartAsync(workers);

            long start = Stopwatch.GetTimestamp();
            await ImageDirectory.MakeAsync(pool, directory.FullName, Count, Size, Seed);
            Report.Made(Count, Size, directory.FullName, Stopwatch.GetElapsedTime(start));

            start = Stopwatch.GetTimestamp();
            var files = Enumerable.Range(0, Count).Select(i => ImageDirectory.FileOf(directory.FullName, i));
            List<GrayImage> images = [.. await pool.MapAsync(GrayImage.Read, files)];
            Report.Read(images, Stopwatch.GetElapsedTime(start));

            return Check(images);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static int Check(List<GrayImage> images)
    {
        for (int i = 0; i < Count; i++)
        {
            GrayImage expected = NoiseImage.Make(Size, Seed + i);
            GrayImage actual = images[i];
            bool same = actual.Width == Size && actual.Height == Size && actual.Pixels.AsSpan().SequenceEqual(expected.Pixels);
            if (!same)
                throw new InvalidDataException($"image {i} was read with other pixels than it was made with");
        }

        Report.Line($"checked: made once more in this process, all {Count} have the same pixels");
        return ExitCode.Success;
    }
}
