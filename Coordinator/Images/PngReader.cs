using System.IO.Compression;

namespace ProcessPool.Coordinator.Images;

/// <summary>Reads 8-bit grayscale PNG files: signature, header, image data, end.</summary>
internal static class PngReader
{
    // No deflate stream inflates to more than about 1032 times its size, so a header that says more is wrong,
    // and nothing needs to be allocated to find that out.
    private const long LargestRatio = 1040;

    /// <summary>Reads the image in a file's bytes; the name is only for the messages.</summary>
    /// <exception cref="PngException">The bytes are not such a PNG, or are damaged.</exception>
    public static GrayImage Read(ReadOnlySpan<byte> file, string name)
    {
        try
        {
            TakeSignature(ref file);
            PngChunk first = PngChunk.Take(ref file);
            if (first.Type != "IHDR")
                throw new InvalidDataException($"damaged: the first chunk is {first.Type}, not IHDR");
            PngHeader header = PngHeader.Parse(first.Data);
            return Inflate(header, TakeImageData(ref file));
        }
        catch (InvalidDataException e)
        {
            throw new PngException($"{name}: {e.Message}", e);
        }
    }

    private static void TakeSignature(ref ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> signature = PngChunk.Signature;
        if (!signature.StartsWith(file[..Math.Min(file.Length, signature.Length)]))
            throw new InvalidDataException("not a PNG file");
        if (file.Length < signature.Length)
            throw new InvalidDataException($"truncated: {file.Length} bytes only");
        file = file[signature.Length..];
    }

    /// <summary>Joins the IDAT chunks, up to IEND; what follows IEND is none of the image's.</summary>
    private static MemoryStream TakeImageData(ref ReadOnlySpan<byte> file)
    {
        var data = new MemoryStream();
        bool seen = false, closed = false;
        while (true)
        {
            PngChunk chunk = PngChunk.Take(ref file);
            if (chunk.Type == "IDAT")
            {
                if (closed)
                    throw new InvalidDataException("damaged: other chunks between the IDAT chunks");
                seen = true;
                data.Write(chunk.Data);
                continue;
            }

            closed = seen;
            if (chunk.Type == "IEND")
                break;
            if (chunk.IsCritical)
                throw new InvalidDataException($"unsupported chunk {chunk.Type}");
        }

        if (!seen)
            throw new InvalidDataException("damaged: no image data (IDAT)");
        data.Position = 0;
        return data;
    }

    private static GrayImage Inflate(PngHeader header, MemoryStream data)
    {
        if (header.InflatedLength > data.Length * LargestRatio)
        {
            throw new InvalidDataException(
                $"damaged: {data.Length} bytes of image data cannot hold {header.Width}x{header.Height} pixels");
        }

        using var inflated = new ZLibStream(data, CompressionMode.Decompress);
        int width = header.Width;
        var pixels = new byte[width * header.Height];
        ReadOnlySpan<byte> above = new byte[width];
        for (int y = 0; y < header.Height; y++)
        {
            int filter = inflated.ReadByte();
            Span<byte> row = pixels.AsSpan(y * width, width);
            if (filter < 0 || inflated.ReadAtLeast(row, width, throwOnEndOfStream: false) < width)
                throw new InvalidDataException($"damaged: the image data ends in row {y} of {header.Height}");
            PngFilters.Decode((PngFilter)filter, row, above);
            above = row;
        }

        // One more read also makes the stream compare its checksum.
        if (inflated.ReadByte() >= 0)
            throw new InvalidDataException($"damaged: more image data than {width}x{header.Height} pixels");
        return new GrayImage(width, header.Height, pixels);
    }
}
