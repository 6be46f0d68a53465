using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Examples;

/// <summary>Reads a bunch of files into a list, in order.</summary>
/// <param name="directory">The directory of the files. Messages name the files relative to it.</param>
/// <param name="files">The paths of the files, in the order of the list.</param>
internal sealed class ReadExample(string directory, string[] files)
    : Example<string, GrayImage>(new ExampleWords("read", "read", "images"), files, files.Length)
{
    private readonly GrayImage?[] _images = new GrayImage?[files.Length];
    private long _bytes;
    private long _sum;

    /// <summary>The body of the loop: decodes one file.</summary>
    public override Func<string, GrayImage> Function => GrayImage.Read;

    public override void Take(int index, GrayImage result)
    {
        _images[index] = result;
        _bytes += result.Pixels.Length;
        _sum += result.SumOfPixels();
    }

    public override string NameOf(int index) => Path.GetRelativePath(directory, Files[index]);

    public override string Findings => FormattableString.Invariant($"{_bytes} bytes of pixels, mean {Mean:F2}");

    public override IEnumerable<KeyValuePair<string, object>> Facts =>
    [
        new("bytes", _bytes), new("mean", Mean), new("directory", directory),
    ];

    public override ReadExample Again() => new(directory, Files);

    public override bool IsEqual(int index, Example<string, GrayImage> other)
    {
        GrayImage here = _images[index]!;
        GrayImage there = ((ReadExample)other)._images[index]!;
        return here.Width == there.Width && here.Height == there.Height && here.Pixels.AsSpan().SequenceEqual(there.Pixels);
    }

    private string[] Files => (string[])Inputs;

    private double Mean => _bytes == 0 ? 0 : _sum / (double)_bytes;
}
