using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Images;

internal sealed class PngFilterTests
{
    [TestCaseSource(typeof(FilteredImage), nameof(FilteredImage.Filters))]
    public void Rows_of_every_filter_are_read(byte filter)
    {
        GrayImage image = PngReader.Read(FilteredImage.File(filter), "by hand");

        Assert.That((image.Width, image.Height), Is.EqualTo((3, 2)));
        Assert.That(image.Pixels, Is.EqualTo(FilteredImage.Pixels));
    }
}
