using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Images;

internal sealed class CorruptPngTests
{
    private static readonly byte[] Small = PngBytes.Image(3, 2, PngBytes.Data(0, 1, 2, 3, 0, 4, 5, 6));

    [Test]
    public void A_file_that_ends_too_early_is_truncated_wherever_it_ends() => Assert.Multiple(() =>
    {
        for (int length = 0; length < Small.Length; length++)
            Refused(Small[..length], "truncated: ");
    });

    [Test]
    public void Any_bit_that_flips_is_noticed() => Assert.Multiple(() =>
    {
        for (int bit = 0; bit < Small.Length * 8; bit++)
        {
            byte[] file = [.. Small];
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            Refused(file, "");
        }
    });

    [Test]
    public void Something_else_is_not_a_PNG() => Refused([.. "GIF89a and so on"u8], "not a PNG file");

    [Test]
    public void An_empty_file_is_truncated() => Refused([], "truncated: 0 bytes");

    [Test]
    public void A_file_without_its_end_is_truncated_though_all_rows_are_there() => Refused(Small[..^12], "truncated: ");

    [TestCase("IHDR", 16)]
    [TestCase("tEXt", 45)]
    [TestCase("IEND", -1)]
    public void So_is_one_of_a_chunk_without_pixels(string type, int place)
    {
        byte[] file = PngBytes.Image(3, 2, PngBytes.Chunk("tEXt", "Author\0nobody"u8), PngBytes.Data(0, 1, 2, 3, 0, 4, 5, 6));
        file[place < 0 ? file.Length + place : place] ^= 1;

        Refused(file, $"the chunk {type} has the wrong CRC");
    }

    [Test]
    public void A_wrong_CRC_is_told_with_its_chunk()
    {
        byte[] file = [.. Small];
        file[^17] ^= 1; // The last byte of the data of IDAT. Its CRC (4 bytes) and IEND (12 bytes) follow.
        file[^13] ^= 1; // The last byte of the CRC of IDAT.

        Refused(file, "the chunk IDAT has the wrong CRC");
    }

    [TestCase(100_000, 100_000, "too large: the header says 100000x100000 pixels")]
    [TestCase(40_000, 40_000, "bytes of image data cannot hold 40000x40000 pixels")]
    [TestCase(-1, 1, "too large: the header says 4294967295x1 pixels")]
    public void A_header_that_promises_too_much_is_refused_before_memory_is_taken(int width, int height, string reason)
    {
        byte[] file = PngBytes.Image(width, height, PngBytes.Data(0, 1, 2));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Refused(file, reason);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void Of_image_data_that_inflates_to_far_more_than_the_header_says_only_the_image_is_read()
    {
        byte[] file = PngBytes.Image(3, 2, PngBytes.Data([0, 1, 2, 3, 0, 4, 5, 6, .. new byte[64 << 20]]));
        long before = GC.GetAllocatedBytesForCurrentThread();

        GrayImage image = PngReader.Read(file, "some/image.png");

        Assert.That(image.Pixels, Is.EqualTo((byte[])[1, 2, 3, 4, 5, 6]));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void Image_data_that_ends_too_early_is_refused() => Refused(
        PngBytes.Image(3, 2, PngBytes.Data(0, 1, 2, 3, 0, 4)),
        "damaged: the image data ends before its last row, or cannot be inflated (3x2 pixels");

    [Test]
    public void Deflated_data_that_is_cut_off_is_refused()
    {
        byte[] deflated = PngBytes.Deflate([0, 1, 2, 3, 0, 4, 5, 6]);

        Refused(PngBytes.Image(3, 2, PngBytes.Chunk("IDAT", deflated.AsSpan(0, deflated.Length / 2))), "damaged: the image data ");
    }

    [Test]
    public void Deflated_data_with_the_wrong_checksum_is_refused()
    {
        byte[] deflated = PngBytes.Deflate([0, 1, 2, 3, 0, 4, 5, 6]);
        deflated[^1] ^= 1;

        Refused(PngBytes.Image(3, 2, PngBytes.Chunk("IDAT", deflated)), "damaged: the image data ");
    }

    [Test]
    public void Image_data_that_is_not_deflated_is_refused() =>
        Refused(PngBytes.Image(3, 2, PngBytes.Chunk("IDAT", 1, 2, 3, 4, 5, 6)), "damaged: the image data ");

    [Test]
    public void An_unknown_scanline_filter_is_refused() =>
        Refused(PngBytes.Image(3, 2, PngBytes.Data(0, 1, 2, 3, 5, 4, 5, 6)), "the image data cannot be decoded");

    private static void Refused(byte[] file, string reason) => Assert.That(
        () => PngReader.Read(file, "some/image.png"),
        Throws.TypeOf<PngException>().With.Message.StartsWith("some/image.png: ").And.Message.Contains(reason));
}
