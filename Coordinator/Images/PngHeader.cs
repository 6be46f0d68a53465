using System.Buffers.Binary;

namespace ProcessPool.Coordinator.Images;

/// <summary>What the samples of a pixel mean (PNG specification, table 11.1).</summary>
internal enum PngColour : byte
{
    /// <summary>Brightness.</summary>
    Gray = 0,

    /// <summary>Red, green and blue.</summary>
    Rgb = 2,

    /// <summary>The number of a colour in the palette.</summary>
    Palette = 3,

    /// <summary>Brightness and opacity.</summary>
    GrayAlpha = 4,

    /// <summary>Red, green, blue and opacity.</summary>
    RgbAlpha = 6,
}

/// <summary>The chunk IHDR.</summary>
internal readonly record struct PngHeader(int Width, int Height, byte BitDepth, PngColour Colour, bool IsInterlaced)
{
    /// <summary>Bytes of the chunk's data.</summary>
    public const int Length = 13;

    /// <summary>Of an image as this program writes it: 8-bit grayscale, not interlaced.</summary>
    public PngHeader(int width, int height) : this(width, height, BitDepth: 8, PngColour.Gray, IsInterlaced: false)
    {
    }

    /// <summary>Bits of all samples of a pixel.</summary>
    public int BitsPerPixel => BitDepth * Samples(Colour);

    /// <summary>Reads and checks a header.</summary>
    /// <exception cref="InvalidDataException">It is wrong, or the image too large.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length != Length)
            throw new InvalidDataException($"damaged: the chunk IHDR has {data.Length} bytes instead of {Length}");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (width == 0 || height == 0)
            throw new InvalidDataException($"damaged: the header says {width}x{height} pixels");
        if ((ulong)width * height > (ulong)Array.MaxLength)
            throw new InvalidDataException($"too large: the header says {width}x{height} pixels, more than {Array.MaxLength}");
        var colour = (PngColour)data[9];
        if (!IsDefined(colour, data[8]))
            throw new InvalidDataException($"damaged: colour type {data[9]} with {data[8]} bits a sample");
        if (data[10] != 0 || data[11] != 0)
            throw new InvalidDataException($"damaged: unknown compression {data[10]} or filter method {data[11]}");
        if (data[12] > 1)
            throw new InvalidDataException($"damaged: unknown interlace method {data[12]}");
        var header = new PngHeader((int)width, (int)height, data[8], colour, data[12] == 1);
        if (header.BytesInRow(header.Width) > Array.MaxLength)
            throw new InvalidDataException($"too large: a row of {width} pixels");
        return header;
    }

    /// <summary>Writes the chunk's data; what is not named here is zero.</summary>
    public void Format(Span<byte> data)
    {
        data.Clear();
        BinaryPrimitives.WriteInt32BigEndian(data, Width);
        BinaryPrimitives.WriteInt32BigEndian(data[4..], Height);
        data[8] = BitDepth;
        data[9] = (byte)Colour;
        data[12] = IsInterlaced ? (byte)1 : (byte)0;
    }

    /// <summary>Bytes of so many pixels of a row, without the byte in front that names its filter.</summary>
    public long BytesInRow(int pixels) => (((long)pixels * BitsPerPixel) + 7) / 8;

    /// <summary>The colour types and the bits a sample that each may have.</summary>
    private static bool IsDefined(PngColour colour, byte depth) => colour switch
    {
        PngColour.Gray => depth is 1 or 2 or 4 or 8 or 16,
        PngColour.Palette => depth is 1 or 2 or 4 or 8,
        PngColour.Rgb or PngColour.GrayAlpha or PngColour.RgbAlpha => depth is 8 or 16,
        _ => false,
    };

    private static int Samples(PngColour colour) => colour switch
    {
        PngColour.Rgb => 3,
        PngColour.GrayAlpha => 2,
        PngColour.RgbAlpha => 4,
        _ => 1,
    };
}
