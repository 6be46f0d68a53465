using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Images;

/// <summary>Compares the sizes of PNG files with OpenCV's, and their pixels with what was written.</summary>
internal sealed class PngSizeTests
{
    /// <summary>Writes each image (rows, columns, pixels) of a list with OpenCV, after it has read ours; prints both sizes.</summary>
    private const string Compare = """
        import cv2, numpy, os, sys
        for path in sys.argv[1:]:
            rows, columns = (int(part) for part in path.split('.')[-2].split('x'))
            image = numpy.fromfile(path + '.raw', numpy.uint8).reshape(rows, columns)
            assert (cv2.imread(path, cv2.IMREAD_UNCHANGED) == image).all()
            assert cv2.imwrite(path + '.cv.png', image)
            assert (cv2.imread(path + '.cv.png', cv2.IMREAD_UNCHANGED) == image).all()
            print(os.path.getsize(path), os.path.getsize(path + '.cv.png'))
        """;

    private static readonly (string Name, int Width, int Height, Func<int, int, int> Pixel)[] Kinds =
    [
        ("flat", 400, 400, (x, y) => 7),
        ("flat and small", 5, 5, (x, y) => 200),
        ("gradient", 300, 200, (x, y) => x + y),
        ("steep gradient", 300, 200, (x, y) => (x * x / 7) + (y * 3)),
        ("all shades in turn, so all are as frequent", 512, 512, (x, y) => x),
        ("all differences in turn, so all are as frequent", 512, 512, (x, y) => x * (x + 1) / 2),
        ("every difference in a run of its own, so all are as frequent", 1024, 256, (x, y) => x * y),
        ("stripes of noise and of one shade", 400, 400, (x, y) => x / 16 % 4 == 0 ? Noise(x, y) : 9),
        ("half noise, half flat", 400, 400, (x, y) => y < 200 ? Noise(x, y) : 9),
        ("half flat, half noise", 400, 400, (x, y) => y < 200 ? 9 : Noise(x, y)),
        ("one row of sixteen is flat", 400, 400, (x, y) => y % 16 == 0 ? 9 : Noise(x, y)),
        ("dark noise, 7 bits of 8", 400, 400, (x, y) => Noise(x, y) >> 1),
        ("noise of 200 shades", 400, 400, (x, y) => Noise(x, y) % 200),
        ("noise of two shades", 400, 400, (x, y) => Noise(x, y) > 127 ? 255 : 0),
        ("noise, each pixel twice", 400, 400, (x, y) => Noise(x / 2, y)),
        ("noise, each pixel four times", 400, 400, (x, y) => Noise(x / 4, y)),
        ("a walk at random", 400, 400, (x, y) => (x * 3) + (Noise(x, y) >> 4)),
        ("noise", 100, 100, Noise),
        ("noise", 400, 400, Noise),
        ("small noise", 20, 20, Noise),
        ("one row of noise", 70_000, 1, Noise),
        ("one column of noise", 1, 3000, Noise),
        ("a large image of noise", 1500, 1100, Noise),
    ];

    [Test]
    public void Files_are_at_most_two_percent_larger_than_those_of_OpenCV()
    {
        Python.Require("cv2", "python3-opencv");
        using var directory = new TemporaryDirectory();
        List<string> paths = [];
        foreach ((string _, int width, int height, Func<int, int, int> pixel) in Kinds)
        {
            byte[] pixels = [.. Enumerable.Range(0, width * height).Select(i => (byte)pixel(i % width, i / width))];
            string path = directory.File($"{paths.Count}.{height}x{width}.png");
            Assert.That(new GrayImage(width, height, pixels).Write(path), Is.EqualTo(new FileInfo(path).Length));
            File.WriteAllBytes(path + ".raw", pixels);
            paths.Add(path);
        }

        int[][] sizes = [.. Python.Run(Compare, [.. paths]).Select(line => line.Split(' ').Select(int.Parse).ToArray())];

        Assert.Multiple(() =>
        {
            foreach ((int[] pair, (string name, int width, int height, _)) in sizes.Zip(Kinds))
                Assert.That(pair[0], Is.LessThanOrEqualTo(pair[1] * 1.02), $"{name}, {width}x{height}");
        });
    }

    /// <summary>Without the stored blocks deflate would have tried to compress it.</summary>
    [TestCase(100)]
    [TestCase(400)]
    [TestCase(1000)]
    public void Noise_of_any_seed_is_stored(int size)
    {
        Assert.Multiple(() =>
        {
            for (int seed = 0; seed < 50; seed++)
                Assert.That(Compressibility.IsNoise(new PngRows(NoiseImage.Make(size, seed)), size), $"seed {seed}");
        });
    }

    [Test]
    public void Stored_files_are_read_as_they_were_written_whatever_the_length_of_a_row()
    {
        // The stored blocks have 65,535 bytes, so these rows end before, at and behind the end of a block.
        foreach (int width in (int[])[32_766, 32_767, 65_533, 65_534, 65_535, 65_536, 131_070])
        {
            var image = new GrayImage(width, 3, [.. Enumerable.Range(0, width * 3).Select(i => (byte)Noise(i, width))]);
            Assert.That(Compressibility.IsNoise(new PngRows(image), image.Height));
            using var file = new MemoryStream();

            PngWriter.Write(image, file);

            Assert.That(PngReader.Read(file.ToArray(), "stored").Pixels, Is.EqualTo(image.Pixels), $"{width} pixels in a row");
        }
    }

    private static int Noise(int x, int y) => (int)(new SplitMix64(((ulong)(uint)y << 32) + (uint)x).Next() & 255);
}
