using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ProcessPool.Coordinator.Images;

/// <summary>An 8-bit grayscale image. It is plain data, so that a worker can return it as a result.</summary>
internal sealed class GrayImage
{
    /// <summary>Makes an image from its pixels, row by row from the top. The array is used, not copied.</summary>
    /// <exception cref="ArgumentException">The number of pixels is not width times height.</exception>
    public GrayImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.LongLength != (long)width * height)
            throw new ArgumentException($"{pixels.Length} pixels given for {width}x{height}.", nameof(pixels));
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The pixels, row by row from the top, <see cref="Width"/> times <see cref="Height"/> of them.</summary>
    public byte[] Pixels { get; }

    /// <summary>Reads a PNG file of any kind, as gray.</summary>
    /// <exception cref="PngException">The file is not a PNG, is damaged, or is not supported.</exception>
    public static GrayImage Read(string path) => PngReader.Read(File.ReadAllBytes(path), path);

    /// <summary>Writes a PNG file, replacing an existing one. It appears under its name only when it is complete. Returns its length.</summary>
    public long Write(string path) => WholeFile.Write(path, file => PngWriter.Write(this, file));

    /// <summary>The sum of all pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long SumOfPixels()
    {
        // So many vectors fit into lanes of 16 bits.
        const int most = ushort.MaxValue / (2 * byte.MaxValue);
        long sum = 0;
        ReadOnlySpan<byte> rest = Pixels;
        while (rest.Length >= Vector256<byte>.Count)
        {
            Vector256<ushort> columns = default;
            for (int i = 0; i < most && rest.Length >= Vector256<byte>.Count; i++)
            {
                (Vector256<ushort> lower, Vector256<ushort> upper) = Vector256.Widen(Vector256.Create(rest));
                columns += lower + upper;
                rest = rest[Vector256<byte>.Count..];
            }

            (Vector256<uint> first, Vector256<uint> second) = Vector256.Widen(columns);
            sum += Vector256.Sum(first + second);
        }

        foreach (byte pixel in rest)
            sum += pixel;
        return sum;
    }
}
