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

    /// <summary>Writes a PNG file, replacing an existing one. It appears under its name only when it is complete.</summary>
    public void Write(string path) => WholeFile.Write(path, file => PngWriter.Write(this, file));
}
