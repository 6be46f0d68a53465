using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Images;

internal sealed class PngStructureTests
{
    // One row of two pixels, unfiltered.
    private static readonly byte[] Row = [0, 1, 2];

    [Test]
    public void The_CRC_is_that_of_the_specification() =>
        Assert.That(PngBytes.End(), Is.EqualTo((byte[])[0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]));

    [Test]
    public void Image_data_may_come_in_many_chunks_even_empty_ones()
    {
        byte[][] chunks = [PngBytes.Chunk("IDAT"), .. PngBytes.Deflate(Row).Select(value => PngBytes.Chunk("IDAT", value))];

        GrayImage image = PngReader.Read(PngBytes.Image(2, 1, chunks), "split");

        Assert.That(image.Pixels, Is.EqualTo((byte[])[1, 2]));
    }

    [Test]
    public void Unknown_ancillary_chunks_are_passed_over()
    {
        byte[] file = PngBytes.Image(
            2, 1, PngBytes.Chunk("tEXt", "Author\0nobody"u8), PngBytes.Data(Row), PngBytes.Chunk("zzZz", 1, 2, 3));

        Assert.That(PngReader.Read(file, "with text").Pixels, Is.EqualTo((byte[])[1, 2]));
    }

    [Test]
    public void Unknown_critical_chunks_are_refused() =>
        Refused(PngBytes.Image(2, 1, PngBytes.Chunk("NEWS", 1, 2, 3), PngBytes.Data(Row)), "unsupported chunk NEWS");

    [Test]
    public void Other_chunks_within_the_image_data_are_refused()
    {
        byte[] deflated = PngBytes.Deflate(Row);

        Refused(
            PngBytes.Image(
                2, 1, PngBytes.Chunk("IDAT", deflated.AsSpan(0, 3)), PngBytes.Chunk("tEXt"), PngBytes.Chunk("IDAT", deflated.AsSpan(3))),
            "damaged: the image data ");
    }

    [Test]
    public void A_palette_of_half_a_colour_is_refused() => Refused(
        PngBytes.File(PngBytes.Header(2, 1, colour: 3), PngBytes.Chunk("PLTE", 1, 2), PngBytes.Data(Row), PngBytes.End()),
        "damaged or unsupported header or palette");

    [Test]
    public void A_palette_behind_the_image_data_is_none() => Refused(
        PngBytes.File(PngBytes.Header(2, 1, colour: 3), PngBytes.Data(Row), PngBytes.Chunk("PLTE", 1, 2, 3), PngBytes.End()),
        "no palette (PLTE) before the image data");

    [Test]
    public void A_file_without_image_data_is_refused() => Refused(PngBytes.Image(2, 1), "no image data");

    [Test]
    public void A_file_that_does_not_start_with_the_header_is_refused() =>
        Refused(PngBytes.File(PngBytes.Data(Row), PngBytes.End()), "the first chunk is IDAT");

    [Test]
    public void A_header_of_another_length_is_refused() =>
        Refused(PngBytes.File(PngBytes.Chunk("IHDR", 1, 2), PngBytes.End()), "has 2 bytes instead of 13");

    [TestCase(0, 1, 8, 0, 0, 0, 0, "0x1 pixels")]
    [TestCase(1_000_001, 1, 8, 0, 0, 0, 0, "1000001x1 pixels")]
    [TestCase(2, 1, 3, 0, 0, 0, 0, "colour type 0 with 3 bits a sample")]
    [TestCase(2, 1, 4, 2, 0, 0, 0, "colour type 2 with 4 bits a sample")]
    [TestCase(2, 1, 16, 3, 0, 0, 0, "colour type 3 with 16 bits a sample")]
    [TestCase(2, 1, 8, 9, 0, 0, 0, "colour type 9 with 8 bits a sample")]
    [TestCase(2, 1, 8, 3, 0, 0, 0, "no palette (PLTE)")]
    [TestCase(2, 1, 8, 0, 1, 0, 0, "unsupported header or palette")]
    [TestCase(2, 1, 8, 0, 0, 1, 0, "unsupported header or palette")]
    [TestCase(2, 1, 8, 0, 0, 0, 2, "unsupported header or palette")]
    public void Other_kinds_of_images_are_refused_by_what_they_are(
        int width, int height, byte depth, byte colour, byte compression, byte filter, byte interlace, string reason)
    {
        byte[] header = PngBytes.Header(width, height, depth, colour, compression, filter, interlace);

        Refused(PngBytes.File(header, PngBytes.Data(Row), PngBytes.End()), reason);
    }

    private static void Refused(byte[] file, string reason) => Assert.That(
        () => PngReader.Read(file, "some/image.png"),
        Throws.TypeOf<PngException>().With.Message.StartsWith("some/image.png: ").And.Message.Contains(reason));
}
