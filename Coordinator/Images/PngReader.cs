using System.Buffers.Binary;

namespace ProcessPool.Coordinator.Images;

/// <summary>Reads PNG files of every kind as 8-bit gray: signature, header, palette, image data, end.</summary>
internal static class PngReader
{
    // No deflate stream inflates to more than about 1032 times its size, so a header that says more is wrong,
    // and nothing needs to be allocated to find that out.
    private const long LargestRatio = 1040;

    /// <summary>What the chunk sRGB stands for, in the unit of gAMA.</summary>
    private const uint StandardGamma = 45_455;

    /// <summary>Reads the image in a file's bytes; the name is only for the messages.</summary>
    /// <exception cref="PngException">The bytes are no PNG, or are damaged.</exception>
    public static GrayImage Read(ReadOnlySpan<byte> file, string name)
    {
        try
        {
            TakeSignature(ref file);
            PngChunk first = PngChunk.Take(ref file);
            if (first.Type != "IHDR")
                throw new InvalidDataException($"damaged: the first chunk is {first.Type}, not IHDR");
            PngHeader header = PngHeader.Parse(first.Data);
            (GrayConverter converter, MemoryStream data) = TakeChunks(header, ref file);
            return Inflate(header, converter, data);
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

    /// <summary>All that follows the header, up to IEND; what follows that is none of the image's.</summary>
    private static (GrayConverter Converter, MemoryStream Data) TakeChunks(PngHeader header, ref ReadOnlySpan<byte> file)
    {
        var data = new MemoryStream();
        byte[] palette = [];
        uint gamma = 0;
        bool seen = false, closed = false, isStandard = false;
        while (true)
        {
            PngChunk chunk = PngChunk.Take(ref file);
            closed |= seen && chunk.Type != "IDAT";
            switch (chunk.Type)
            {
                case "IDAT" when closed:
                    throw new InvalidDataException("damaged: other chunks between the IDAT chunks");
                case "IDAT":
                    seen = true;
                    data.Write(chunk.Data);
                    break;
                case "PLTE" when seen || chunk.Data.Length % 3 != 0 || chunk.Data.Length is 0 or > 3 * 256:
                    throw new InvalidDataException($"damaged: a palette (PLTE) of {chunk.Data.Length} bytes, or behind the image data");
                case "PLTE":
                    palette = chunk.Data.ToArray();
                    break;
                case "gAMA" when !seen && !isStandard && chunk.Data.Length == 4:
                    gamma = BinaryPrimitives.ReadUInt32BigEndian(chunk.Data);
                    break;
                case "sRGB" when !seen:
                    (gamma, isStandard) = (StandardGamma, true);
                    break;
                case "IEND":
                    if (!seen)
                        throw new InvalidDataException("damaged: no image data (IDAT)");
                    if (header.Colour == PngColour.Palette && palette.Length == 0)
                        throw new InvalidDataException("damaged: no palette (PLTE)");
                    data.Position = 0;
                    return (new GrayConverter(header, palette, new Luma(gamma)), data);
                case var _ when chunk.IsCritical:
                    throw new InvalidDataException($"unsupported chunk {chunk.Type}");
            }
        }
    }

    private static GrayImage Inflate(PngHeader header, GrayConverter converter, MemoryStream data)
    {
        PngPass[] passes = [.. PngPass.Of(header)];
        long length = passes.Sum(pass => (1 + header.BytesInRow(pass.Columns(header))) * pass.Rows(header));
        if (length > data.Length * LargestRatio)
        {
            throw new InvalidDataException(
                $"damaged: {data.Length} bytes of image data cannot hold {header.Width}x{header.Height} pixels");
        }

        using var rows = new PngRows(header, data);
        var image = new GrayImage(header.Width, header.Height, new byte[header.Width * header.Height]);
        foreach (PngPass pass in passes)
            ReadPass(pass, header, converter, rows, image);
        if (!rows.IsAtEnd())
            throw new InvalidDataException($"damaged: more image data than {header.Width}x{header.Height} pixels");
        return image;
    }

    private static void ReadPass(PngPass pass, PngHeader header, GrayConverter converter, PngRows rows, GrayImage image)
    {
        int columns = pass.Columns(header);
        byte[] apart = pass.ColumnStep > 1 ? new byte[columns] : [];
        rows.BeginPass();
        for (int y = pass.FirstRow; y < header.Height; y += pass.RowStep)
        {
            Span<byte> row = image.Pixels.AsSpan(y * header.Width, header.Width);
            Span<byte> gray = pass.ColumnStep > 1 ? apart : row;
            try
            {
                converter.Convert(rows.Read(columns), gray);
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"damaged: {e.Message} in row {y} of {header.Height}", e);
            }

            for (int x = 0; x < apart.Length; x++)
                row[pass.FirstColumn + (x * pass.ColumnStep)] = apart[x];
        }
    }
}
