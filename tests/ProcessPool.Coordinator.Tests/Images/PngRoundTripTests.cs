using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Images;

internal sealed class PngRoundTripTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [TestCase(1, 1)]
    [TestCase(1, 9)]
    [TestCase(7, 3)]
    [TestCase(100, 100)]
    [TestCase(257, 1)]
    [TestCase(640, 481)]
    public void An_image_is_read_as_it_was_written(int width, int height)
    {
        byte[] noise = NoiseImage.Make(Math.Max(width, height), seed: 5).Pixels[..(width * height)];
        string path = _directory.File("image.png");

        new GrayImage(width, height, noise).Write(path);
        GrayImage read = GrayImage.Read(path);

        Assert.That((read.Width, read.Height), Is.EqualTo((width, height)));
        Assert.That(read.Pixels, Is.EqualTo(noise));
    }

    [Test]
    public void Smooth_images_are_filtered_and_read_as_they_were_written()
    {
        byte[] pixels = [.. Enumerable.Range(0, 64 * 64).Select(i => (byte)((i % 64 * 3) + (i / 64 * 2)))];
        string path = _directory.File("smooth.png");

        new GrayImage(64, 64, pixels).Write(path);

        Assert.That(GrayImage.Read(path).Pixels, Is.EqualTo(pixels));
        Assert.That(new FileInfo(path).Length, Is.LessThan(pixels.Length / 8));
    }

    [Test]
    public void A_file_that_is_there_is_replaced_and_nothing_else_is_left()
    {
        string path = _directory.File("image.png");
        NoiseImage.Write(path, 10, seed: 1);
        NoiseImage.Write(path, 20, seed: 2);

        Assert.That(GrayImage.Read(path).Pixels, Is.EqualTo(NoiseImage.Make(20, seed: 2).Pixels));
        Assert.That(Directory.GetFileSystemEntries(_directory.Path), Is.EqualTo((string[])[path]));
    }

    [Test]
    public void Writing_that_fails_leaves_the_old_file_and_nothing_else()
    {
        string path = _directory.File("image.png");
        NoiseImage.Write(path, 10, seed: 1);
        byte[] before = File.ReadAllBytes(path);

        Assert.That(
            () => WholeFile.Write(path, file => { file.WriteByte(1); throw new IOException("disk full"); }),
            Throws.TypeOf<IOException>().With.Message.EqualTo("disk full"));

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before));
        Assert.That(Directory.GetFileSystemEntries(_directory.Path), Is.EqualTo((string[])[path]));
    }

    [Test]
    public void Pixels_that_do_not_fill_the_image_are_refused() => Assert.That(
        () => new GrayImage(3, 3, new byte[8]),
        Throws.ArgumentException.With.Message.Contains("8 pixels given for 3x3"));

    [Test]
    public void The_sum_of_pixels_is_exact([Values(1, 31, 33, 128, 257, 4113)] int width)
    {
        byte[] white = new byte[width * 17], noise = NoiseImage.Make(300, seed: 9).Pixels[..(width * 17)];
        Array.Fill(white, byte.MaxValue);

        Assert.That(new GrayImage(width, 17, white).SumOfPixels(), Is.EqualTo(255L * white.Length));
        Assert.That(new GrayImage(width, 17, noise).SumOfPixels(), Is.EqualTo(noise.Sum(pixel => (long)pixel)));
    }
}
