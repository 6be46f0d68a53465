using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Images;

internal sealed class PngFilterTests
{
    [Test]
    public void Rows_of_every_filter_are_read([Values] PngFilter filter)
    {
        GrayImage image = PngReader.Read(FilteredImage.File(filter), "by hand");

        Assert.That((image.Width, image.Height), Is.EqualTo((3, 2)));
        Assert.That(image.Pixels, Is.EqualTo(FilteredImage.Pixels));
    }

    [Test]
    public void Every_filter_gives_the_rows_made_by_hand([Values] PngFilter filter)
    {
        var filtered = new byte[6];

        PngFilters.Encode(filter, FilteredImage.Pixels.AsSpan(0, 3), new byte[3], filtered.AsSpan(0, 3));
        PngFilters.Encode(filter, FilteredImage.Pixels.AsSpan(3), FilteredImage.Pixels.AsSpan(0, 3), filtered.AsSpan(3));

        Assert.That(filtered, Is.EqualTo(FilteredImage.Rows(filter)));
    }

    [Test]
    public void Every_filter_is_undone_on_noise([Values] PngFilter filter)
    {
        byte[] above = NoiseImage.Make(16, seed: 1).Pixels;
        byte[] row = NoiseImage.Make(16, seed: 2).Pixels;
        var restored = new byte[row.Length];

        PngFilters.Encode(filter, row, above, restored);
        PngFilters.Decode(filter, restored, above, stride: 1);

        Assert.That(restored, Is.EqualTo(row));
    }
}
