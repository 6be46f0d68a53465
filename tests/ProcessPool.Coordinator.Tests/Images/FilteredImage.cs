using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Images;

/// <summary>One image of 3x2 pixels, filtered by hand in every way there is.</summary>
internal static class FilteredImage
{
    public static readonly byte[] Pixels = [10, 20, 40, 15, 50, 30];

    /// <summary>Both rows, without the filter's number.</summary>
    public static byte[] Rows(PngFilter filter) => filter switch
    {
        PngFilter.None => [10, 20, 40, 15, 50, 30],
        PngFilter.Sub => [10, 10, 20, 15, 35, 236],
        PngFilter.Up => [10, 20, 40, 5, 30, 246],
        PngFilter.Average => [10, 15, 30, 10, 33, 241],
        PngFilter.Paeth => [10, 10, 20, 5, 30, 236],
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    /// <summary>The whole file.</summary>
    public static byte[] File(PngFilter filter)
    {
        byte[] rows = Rows(filter);
        return PngBytes.Image(3, 2, PngBytes.Data([(byte)filter, .. rows[..3], (byte)filter, .. rows[3..]]));
    }
}
