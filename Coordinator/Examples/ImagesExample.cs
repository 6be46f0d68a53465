using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Examples;

/// <summary>Generates a bunch of files.</summary>
/// <param name="directory">The directory to write to. It must exist.</param>
/// <param name="count">The number of files.</param>
/// <param name="size">Width and height of each image.</param>
/// <param name="seed">The seed of the first image; it grows by one with each image.</param>
/// <param name="isTemporary">Whether <see cref="Dispose"/> removes the directory.</param>
internal sealed class ImagesExample(string directory, int count, int size, int seed, bool isTemporary = false)
    : Example<int, long>(new ExampleWords("images", "made", "images", $" of {size}x{size}"), Enumerable.Range(0, count), count)
{
    private long _bytes;

    public override Func<int, long> Function => i => MakeFile(i, size, seed, directory);

    /// <summary>The body of the loop: writes one image, and returns the size of its file.</summary>
    private static long MakeFile(int i, int size, int seed, string directory) =>
        NoiseImage.Write(FileOf(directory, i), size, seed + i);

    private static string FileOf(string directory, int i) => Path.Combine(directory, $"image_{i}.png");

    public override void Take(int index, long result) => _bytes += result;

    public override string NameOf(int index) => Path.GetFileName(FileOf(directory, index));

    public override string Findings => FormattableString.Invariant($"{_bytes} bytes{(isTemporary ? "" : $", in {directory}")}");

    public override IEnumerable<KeyValuePair<string, object>> Facts =>
    [
        new("size", size), new("seed", seed), new("bytes", _bytes), .. isTemporary ? [] : (KeyValuePair<string, object>[])[new("directory", directory)],
    ];

    public override ImagesExample Again()
    {
        // Inside the first directory, so that both use the same disk.
        string fresh = Path.Combine(directory, $".plain-loop-{Guid.NewGuid():N}");
        return new ImagesExample(Directory.CreateDirectory(fresh).FullName, Count, size, seed, isTemporary: true);
    }

    public override bool IsEqual(int index, Example<int, long> other)
    {
        string there = FileOf(((ImagesExample)other).Place, index);
        return File.ReadAllBytes(FileOf(directory, index)).AsSpan().SequenceEqual(File.ReadAllBytes(there));
    }

    private string Place => directory;

    public override void RemoveLeftovers(int first, int end)
    {
        if (!Directory.Exists(directory))
            return;
        foreach (string file in Directory.EnumerateFiles(directory, "image_*.png.*.tmp"))
        {
            string name = Path.GetFileName(file);
            if (int.TryParse(name["image_".Length..name.IndexOf('.')], out int index) && index >= first && index < end)
                File.Delete(file);
        }
    }

    public override void Dispose()
    {
        // It is gone if a signal has come: then another thread has done this, or has removed the directory around it.
        if (isTemporary && Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }
}
