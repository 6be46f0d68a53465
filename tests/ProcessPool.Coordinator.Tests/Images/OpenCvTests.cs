using System.Security.Cryptography;
using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Images;

/// <summary>Compares the PNG codec with OpenCV's.</summary>
internal sealed class OpenCvTests
{
    private const string Describe = """
        import cv2, hashlib, sys
        for path in sys.argv[1:]:
            image = cv2.imread(path, cv2.IMREAD_UNCHANGED)
            print(image.shape, image.dtype, hashlib.sha256(image.tobytes()).hexdigest())
        """;

    private const string Make = """
        import cv2, hashlib, numpy, sys
        rows, columns = 61, 47
        noise = numpy.random.default_rng(1).integers(0, 256, (rows, columns), dtype=numpy.uint8)
        slope = numpy.add.outer(3 * numpy.arange(rows), 2 * numpy.arange(columns)).astype(numpy.uint8)
        for path, image in zip(sys.argv[1:], [noise, slope, cv2.blur(noise, (9, 9))]):
            assert cv2.imwrite(path, image, [cv2.IMWRITE_PNG_COMPRESSION, 9, cv2.IMWRITE_PNG_STRATEGY, 1])
            print(image.shape, image.dtype, hashlib.sha256(image.tobytes()).hexdigest())
        """;

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory()
    {
        Python.Require("cv2", "python3-opencv");
        _directory = new TemporaryDirectory();
    }

    [TearDown]
    public void RemoveDirectory() => _directory?.Dispose();

    [Test]
    public void The_images_decode_in_OpenCV_to_the_very_pixels_that_were_made()
    {
        GrayImage[] images =
        [
            .. ((int[])[1, 2, 7, 64, 100, 333]).Select(size => NoiseImage.Make(size, seed: size)),
            Smooth(width: 97, height: 31),
            new GrayImage(5, 300, new byte[1500]),
        ];
        string[] paths = [.. images.Select((image, i) => _directory.File($"image_{i}.png"))];
        foreach ((GrayImage image, string path) in images.Zip(paths))
            image.Write(path);

        Assert.That(Python.Run(Describe, paths), Is.EqualTo(images.Select(Line)));
    }

    [Test]
    public void Files_of_every_filter_decode_in_OpenCV_as_they_do_here()
    {
        string[] paths = [.. FilteredImage.Filters.Select(filter => _directory.File($"{filter}.png"))];
        foreach ((byte filter, string path) in FilteredImage.Filters.Zip(paths))
            File.WriteAllBytes(path, FilteredImage.File(filter));

        Assert.That(Python.Run(Describe, paths), Is.EqualTo(paths.Select(path => Line(GrayImage.Read(path)))));
    }

    [Test]
    public void Images_that_OpenCV_wrote_are_read_pixel_for_pixel()
    {
        string[] paths = [.. ((string[])["noise", "slope", "blurred"]).Select(name => _directory.File($"{name}.png"))];

        string[] written = Python.Run(Make, paths);

        Assert.That(paths.Select(path => Line(GrayImage.Read(path))), Is.EqualTo(written));
    }

    private static GrayImage Smooth(int width, int height) => new(
        width, height, [.. Enumerable.Range(0, width * height).Select(i => (byte)((i % width * 2) + (i / width * i / 50)))]);

    private static string Line(GrayImage image) =>
        $"({image.Height}, {image.Width}) uint8 {Convert.ToHexStringLower(SHA256.HashData(image.Pixels))}";
}
