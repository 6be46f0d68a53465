using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ProcessPool.Coordinator.Images;

/// <summary>
/// The rows of an image as they are in the image data of a PNG file: each starts with the number of its filter (PNG specification,
/// section 9).
/// </summary>
/// <param name="image">The image.</param>
internal readonly struct PngRows(GrayImage image)
{
    /// <summary>The filter that leaves the pixels as they are.</summary>
    private const byte None = 0;

    /// <summary>The filter that stores each pixel as its difference from the one on its left.</summary>
    private const byte Sub = 1;

    /// <summary>The length of a row.</summary>
    public int Stride => image.Width + 1;

    /// <summary>The length of all rows.</summary>
    public long Length => (long)Stride * image.Height;

    /// <summary>Copies unfiltered rows, from any place within them.</summary>
    public void CopyUnfiltered(long start, Span<byte> target)
    {
        (long y, long column) = Math.DivRem(start, Stride);
        for (; target.Length > 0; column = 0, y++)
        {
            if (column == 0)
            {
                target[0] = None;
                target = target[1..];
                column = 1;
            }

            int length = (int)Math.Min(Stride - column, target.Length);
            image.Pixels.AsSpan((int)((y * image.Width) + column - 1), length).CopyTo(target);
            target = target[length..];
        }
    }

    /// <summary>Filters one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Filter(int y, Span<byte> filtered)
    {
        ReadOnlySpan<byte> row = image.Pixels.AsSpan(y * image.Width, image.Width);
        filtered[0] = Sub;
        filtered[1] = row[0];
        int x = 1;
        for (; x <= row.Length - Vector256<byte>.Count; x += Vector256<byte>.Count)
            (Vector256.Create(row[x..]) - Vector256.Create(row[(x - 1)..])).CopyTo(filtered[(x + 1)..]);
        for (; x < row.Length; x++)
            filtered[x + 1] = (byte)(row[x] - row[x - 1]);
    }
}
