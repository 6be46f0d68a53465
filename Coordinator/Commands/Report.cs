using System.Diagnostics;
using System.Globalization;
using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Commands;

/// <summary>What the commands print, with numbers in one format whatever the user's language.</summary>
internal static class Report
{
    /// <summary>Starts a pool and tells its workers.</summary>
    public static async Task<Pool> StartAsync(int workers)
    {
        long start = Stopwatch.GetTimestamp();
        var pool = new Pool(workers);
        try
        {
            await pool.WaitUntilReadyAsync();
        }
        catch
        {
            await pool.DisposeAsync();
            throw;
        }

        TimeSpan time = Stopwatch.GetElapsedTime(start);
        Line($"workers: {workers}, ready in {time.TotalSeconds:F2} s, pids {string.Join(' ', pool.WorkerPids)}");
        return pool;
    }

    /// <summary>Tells what was made.</summary>
    public static void Made(int count, int size, string directory, TimeSpan time) =>
        Line($"made: {count} images of {size}x{size} in {Speed(count, time)}, in {directory}");

    /// <summary>Tells what was read.</summary>
    public static void Read(List<GrayImage> images, TimeSpan time)
    {
        long pixels = images.Sum(image => image.Pixels.LongLength);
        double mean = images.Sum(image => image.Pixels.Sum(pixel => (long)pixel)) / (double)pixels;
        Line($"read: {images.Count} images in {Speed(images.Count, time)}, {pixels} pixels (bytes), mean {mean:F2}");
    }

    /// <summary>Prints one line.</summary>
    public static void Line(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static string Speed(int count, TimeSpan time) => FormattableString.Invariant(
        $"{time.TotalSeconds:F2} s, {count / Math.Max(time.TotalSeconds, 1e-6):F0} images/s");
}
