namespace ProcessPool.Coordinator.Images;

/// <summary>
/// The scanline filters of PNG (specification, section 9): each row is stored as its difference from a prediction out of the
/// pixels left, above and left above, byte by byte.
/// </summary>
internal enum PngFilter : byte
{
    /// <summary>The pixels themselves.</summary>
    None,

    /// <summary>The difference from the pixel on the left.</summary>
    Sub,

    /// <summary>The difference from the pixel above.</summary>
    Up,

    /// <summary>The difference from the mean of left and above.</summary>
    Average,

    /// <summary>The difference from whichever of left, above and left above is nearest to left + above - left above.</summary>
    Paeth,
}

/// <summary>Applies filters to rows, and takes them off again.</summary>
internal static class PngFilters
{
    /// <summary>Filters one row of one byte a pixel; <paramref name="above"/> is the unfiltered row before, zeros for the first.</summary>
    public static void Encode(PngFilter filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> filtered)
    {
        if (filter == PngFilter.None)
        {
            row.CopyTo(filtered);
            return;
        }

        int left = 0, leftAbove = 0;
        for (int x = 0; x < row.Length; x++)
        {
            filtered[x] = (byte)(row[x] - Predict(filter, left, above[x], leftAbove));
            left = row[x];
            leftAbove = above[x];
        }
    }

    /// <summary>Restores one row in place; <paramref name="above"/> is the restored row before, zeros for the first.</summary>
    /// <param name="filter">The row's filter.</param>
    /// <param name="row">The row.</param>
    /// <param name="above">At least as long.</param>
    /// <param name="stride">Bytes from a pixel to the same byte of the next, at least 1.</param>
    /// <exception cref="InvalidDataException">There is no such filter.</exception>
    public static void Decode(PngFilter filter, Span<byte> row, ReadOnlySpan<byte> above, int stride)
    {
        if (filter == PngFilter.None)
            return;
        if (filter > PngFilter.Paeth)
            throw new InvalidDataException($"damaged: unknown scanline filter {(byte)filter}");

        // The first pixel has nothing on its left; one loop for each filter, because most of the time of reading goes here.
        int first = Math.Min(stride, row.Length);
        for (int x = 0; x < first; x++)
            row[x] += (byte)Predict(filter, 0, above[x], 0);
        switch (filter)
        {
            case PngFilter.Sub:
                for (int x = first; x < row.Length; x++)
                    row[x] += row[x - stride];
                break;
            case PngFilter.Up:
                for (int x = first; x < row.Length; x++)
                    row[x] += above[x];
                break;
            case PngFilter.Average:
                for (int x = first; x < row.Length; x++)
                    row[x] += (byte)((row[x - stride] + above[x]) / 2);
                break;
            default:
                for (int x = first; x < row.Length; x++)
                    row[x] += (byte)Paeth(row[x - stride], above[x], above[x - stride]);
                break;
        }
    }

    private static int Predict(PngFilter filter, int left, int above, int leftAbove) => filter switch
    {
        PngFilter.Sub => left,
        PngFilter.Up => above,
        PngFilter.Average => (left + above) / 2,
        PngFilter.Paeth => Paeth(left, above, leftAbove),
        _ => 0,
    };

    private static int Paeth(int left, int above, int leftAbove)
    {
        int toLeft = Math.Abs(above - leftAbove);
        int toAbove = Math.Abs(left - leftAbove);
        int toLeftAbove = Math.Abs(left + above - (2 * leftAbove));

        // The order of the comparisons decides ties and is part of the format.
        if (toLeft <= toAbove && toLeft <= toLeftAbove)
            return left;
        return toAbove <= toLeftAbove ? above : leftAbove;
    }
}
