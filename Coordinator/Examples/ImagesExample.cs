using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Examples;

/// <summary>Generates a bunch of files.</summary>
/// <param name="directory">Where they go; it is there.</param>
/// <param name="count">How many.</param>
/// <param name="size">Width and height of each.</param>
/// <param name="seed">Of the first; the next has one more.</param>
/// <param name="isTemporary">Whether the directory goes when the results are not needed any more.</param>
internal sealed class ImagesExample(string directory, int count, int size, int seed, bool isTemporary = false) : Example<int, long>
{
    private long _bytes;

    public override string Name => "images";

    public override string Verb => "made";

    public override string Unit => "images";

    public override string Kind => $" of {size}x{size}";

    public override int Count => count;

    public override IEnumerable<int> Inputs => Enumerable.Range(0, count);

    public override Func<int, long> Function => MakeFile(directory, size, seed);

    public override string Findings => FormattableString.Invariant($"{_bytes} bytes, in {directory}");

    public override IEnumerable<KeyValuePair<string, object>> Facts =>
    [
        new("size", size), new("seed", seed), new("bytes", _bytes), new("directory", directory),
    ];

    public override void Take(int index, long result) => _bytes += result;

    public override string NameOf(int index) => Path.GetFileName(FileOf(directory, index));

    public override ImagesExample Again()
    {
        // Beside the others, for the same disk.
        string fresh = Path.Combine(directory, $".plain-loop-{Guid.NewGuid():N}");
        return new ImagesExample(Directory.CreateDirectory(fresh).FullName, count, size, seed, isTemporary: true);
    }

    public override bool IsEqual(int index, Example<int, long> other)
    {
        string there = FileOf(((ImagesExample)other).Place, index);
        return File.ReadAllBytes(FileOf(directory, index)).AsSpan().SequenceEqual(File.ReadAllBytes(there));
    }

    public override void RemoveLeftovers(int first, int end)
    {
        foreach (string file in Directory.EnumerateFiles(directory, "image_*.png.*.tmp"))
        {
            string name = Path.GetFileName(file);
            if (int.TryParse(name["image_".Length..name.IndexOf('.')], out int index) && index >= first && index < end)
                File.Delete(file);
        }
    }

    public override void Dispose()
    {
        if (isTemporary)
            Directory.Delete(directory, recursive: true);
    }

    private string Place => directory;

    /// <summary>The body of the loop: writes the image of one number, and says how many bytes that took.</summary>
    private static Func<int, long> MakeFile(string outDir, int size, int seed) => i =>
    {
        string path = FileOf(outDir, i);
        NoiseImage.Write(path, size, seed + i);
        return new FileInfo(path).Length;
    };

    private static string FileOf(string directory, int index) => Path.Combine(directory, $"image_{index}.png");
}
