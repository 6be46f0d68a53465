using System.Buffers.Binary;

namespace ProcessPool.Coordinator.Images;

/// <summary>The chunk IHDR, of 8-bit grayscale images without interlace.</summary>
internal readonly record struct PngHeader(int Width, int Height)
{
    /// <summary>Bytes of the chunk's data.</summary>
    public const int Length = 13;

    private const byte BitDepth = 8;
    private const byte Grayscale = 0;

    /// <summary>Bytes of the inflated image data: each row has one byte before it that names its filter.</summary>
    public long InflatedLength => ((long)Width + 1) * Height;

    /// <summary>Reads and checks a header.</summary>
    /// <exception cref="InvalidDataException">It is wrong, or of a kind that is not supported.</exception>
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
        if (data[9] != Grayscale)
            throw new InvalidDataException($"unsupported colour type {data[9]} ({ColourName(data[9])}): only grayscale is read");
        if (data[8] != BitDepth)
            throw new InvalidDataException($"unsupported bit depth {data[8]}: only {BitDepth} is read");
        if (data[10] != 0 || data[11] != 0)
            throw new InvalidDataException($"damaged: unknown compression {data[10]} or filter method {data[11]}");
        if (data[12] != 0)
            throw new InvalidDataException($"unsupported interlace method {data[12]}: only images without interlace are read");
        return new PngHeader((int)width, (int)height);
    }

    /// <summary>Writes the chunk's data; what is not named here is zero.</summary>
    public void Format(Span<byte> data)
    {
        data.Clear();
        BinaryPrimitives.WriteInt32BigEndian(data, Width);
        BinaryPrimitives.WriteInt32BigEndian(data[4..], Height);
        data[8] = BitDepth;
        data[9] = Grayscale;
    }

    private static string ColourName(byte type) => type switch
    {
        2 => "RGB",
        3 => "palette",
        4 => "grayscale with alpha",
        6 => "RGB with alpha",
        _ => "unknown",
    };
}
