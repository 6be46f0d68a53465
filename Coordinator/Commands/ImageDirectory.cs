using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Commands;

/// <summary>A directory of images: checked before workers start, filled by them.</summary>
internal static class ImageDirectory
{
    /// <summary>Makes the directory if needed, and sees that files can be made in it; returns its full path.</summary>
    /// <exception cref="UsageException">It cannot be written to.</exception>
    public static string ForWriting(string directory)
    {
        try
        {
            string path = Directory.CreateDirectory(directory).FullName;
            string probe = Path.Combine(path, $"{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"cannot write to the directory '{directory}': {e.Message}", e);
        }
    }

    /// <summary>The full paths of the PNG files of a directory, in the ordinal order of their names.</summary>
    /// <exception cref="UsageException">It is not there, cannot be read, or has none.</exception>
    public static string[] FilesToRead(string directory)
    {
        if (!Directory.Exists(directory))
            throw new UsageException($"there is no directory '{directory}'");
        try
        {
            string[] files = [.. Directory.EnumerateFiles(Path.GetFullPath(directory), "*.png").Order(StringComparer.Ordinal)];
            return files.Length > 0 ? files : throw new UsageException($"there are no *.png files in '{directory}'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot read the directory '{directory}': {e.Message}", e);
        }
    }

    /// <summary>Where an image lies.</summary>
    public static string FileOf(string directory, int index) => Path.Combine(directory, $"image_{index}.png");

    /// <summary>Fills a directory with images, one item each.</summary>
    public static Task MakeAsync(Pool pool, string outDir, int count, int size, int seed) =>
        pool.MapAsync(i => NoiseImage.Write(Path.Combine(outDir, $"image_{i}.png"), size, seed + i), Enumerable.Range(0, count));
}
