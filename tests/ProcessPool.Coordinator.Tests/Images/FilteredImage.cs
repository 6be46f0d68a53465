namespace ProcessPool.Coordinator.Tests.Images;

/// <summary>One image of 3x2 pixels, filtered by hand with every PNG filter.</summary>
internal static class FilteredImage
{
    public static readonly byte[] Pixels = [10, 20, 40, 15, 50, 30];

    /// <summary>The filters None, Sub, Up, Average and Paeth (PNG specification, section 9).</summary>
    public static readonly byte[] Filters = [0, 1, 2, 3, 4];

    /// <summary>The whole file.</summary>
    public static byte[] File(byte filter)
    {
        byte[] rows = Rows(filter);
        return PngBytes.Image(3, 2, PngBytes.Data([filter, .. rows[..3], filter, .. rows[3..]]));
    }

    /// <summary>Both rows, filtered, without the filter's number.</summary>
    private static byte[] Rows(byte filter) => filter switch
    {
        0 => [10, 20, 40, 15, 50, 30],
        1 => [10, 10, 20, 15, 35, 236],
        2 => [10, 20, 40, 5, 30, 246],
        3 => [10, 15, 30, 10, 33, 241],
        4 => [10, 10, 20, 5, 30, 236],
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };
}
