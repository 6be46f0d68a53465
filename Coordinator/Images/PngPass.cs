namespace ProcessPool.Coordinator.Images;

/// <summary>
/// A part of an image that is stored as an image of its own: all of it, or, where it is interlaced, every so many pixels of
/// every so many rows (Adam7; PNG specification, section 8.2).
/// </summary>
internal readonly record struct PngPass(int FirstColumn, int FirstRow, int ColumnStep, int RowStep)
{
    private static readonly PngPass[] Whole = [new(0, 0, 1, 1)];

    private static readonly PngPass[] Adam7 =
    [
        new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2),
    ];

    /// <summary>The passes of an image that have pixels, in the order of the file.</summary>
    public static IEnumerable<PngPass> Of(PngHeader header) =>
        (header.IsInterlaced ? Adam7 : Whole).Where(pass => pass.Columns(header) > 0 && pass.Rows(header) > 0);

    /// <summary>Pixels in each row of the pass.</summary>
    public int Columns(PngHeader header) => (header.Width - FirstColumn + ColumnStep - 1) / ColumnStep;

    /// <summary>Rows of the pass.</summary>
    public int Rows(PngHeader header) => (header.Height - FirstRow + RowStep - 1) / RowStep;
}
