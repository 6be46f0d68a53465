using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Examples;

/// <summary>Reads a bunch of files into a list, in order.</summary>
/// <param name="directory">Where they lie; their names are told from there.</param>
/// <param name="files">Their paths, in the order of the list.</param>
internal sealed class ReadExample(string directory, string[] files) : Example<string, GrayImage>
{
    private readonly GrayImage?[] _images = new GrayImage?[files.Length];

    public override string Name => "read";

    public override string Verb => "read";

    public override string Unit => "images";

    public override int Count => files.Length;

    public override IEnumerable<string> Inputs => files;

    /// <summary>The body of the loop: one file decoded.</summary>
    public override Func<string, GrayImage> Function => GrayImage.Read;

    public override string Findings => FormattableString.Invariant($"{Bytes} bytes of pixels, mean {Mean:F2}");

    public override IEnumerable<KeyValuePair<string, object>> Facts =>
    [
        new("bytes", Bytes), new("mean", Mean), new("directory", directory),
    ];

    public override void Take(int index, GrayImage result) => _images[index] = result;

    public override string NameOf(int index) => Path.GetRelativePath(directory, files[index]);

    public override ReadExample Again() => new(directory, files);

    public override bool IsEqual(int index, Example<string, GrayImage> other)
    {
        GrayImage here = _images[index]!;
        GrayImage there = ((ReadExample)other)._images[index]!;
        return here.Width == there.Width && here.Height == there.Height && here.Pixels.AsSpan().SequenceEqual(there.Pixels);
    }

    private IEnumerable<GrayImage> Images => _images.OfType<GrayImage>();

    private long Bytes => Images.Sum(image => image.Pixels.LongLength);

    private double Mean => Bytes == 0 ? 0 : Images.Sum(image => image.Pixels.Sum(pixel => (long)pixel)) / (double)Bytes;
}
