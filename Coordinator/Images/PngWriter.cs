using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace ProcessPool.Coordinator.Images;

/// <summary>
/// Writes 8-bit grayscale PNG files. Images are filtered and deflated as OpenCV does it: filter Sub, and deflate that only looks
/// for runs. Noise, which that cannot make smaller, is stored unfiltered.
/// </summary>
internal static class PngWriter
{
    /// <summary>About how many bytes are deflated in one call, because calls have overhead, and written as one chunk.</summary>
    private const int BandLength = 1 << 16;

    /// <summary>More than all chunks take around the image data of a small file.</summary>
    private const int Surroundings = 128;

    /// <summary>The length of a stored block is a number of 16 bits (RFC 1951).</summary>
    private const int MostStored = ushort.MaxValue;

    private static readonly ZLibCompressionOptions Runs = new()
    {
        CompressionLevel = 1,
        CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding,
    };

    /// <summary>Writes the whole file of an image.</summary>
    public static void Write(GrayImage image, Stream file)
    {
        var rows = new PngRows(image);
        using var chunks = new PngChunks(file, rows.Length + (rows.Length >> 8) + Surroundings);
        Span<byte> header = chunks.Room(13);
        header.Clear(); // No colours, no interlacing.
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8;
        chunks.Add("IHDR"u8, header.Length);
        if (Compressibility.IsNoise(rows, image.Height))
            Store(rows, chunks);
        else
            Deflate(rows, image.Height, chunks);
        chunks.Room(0);
        chunks.Add("IEND"u8, 0);
        chunks.Flush();
    }

    /// <summary>Writes the rows as a zlib stream of stored blocks, one in each chunk.</summary>
    private static void Store(PngRows rows, PngChunks chunks)
    {
        const int zlibHeader = 2, blockHeader = 5, checksum = 4;
        var adler = new Adler32();
        for (long start = 0; start < rows.Length; start += MostStored)
        {
            int length = (int)Math.Min(MostStored, rows.Length - start);
            bool isLast = start + length == rows.Length;
            Span<byte> room = chunks.Room(zlibHeader + blockHeader + length + checksum), rest = room;
            if (start == 0)
            {
                BinaryPrimitives.WriteUInt16BigEndian(rest, 0x7801); // Deflate with a window of 32 KiB, no dictionary.
                rest = rest[zlibHeader..];
            }

            rest[0] = (byte)(isLast ? 1 : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[1..], (ushort)length);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[3..], (ushort)~length);
            Span<byte> block = rest.Slice(blockHeader, length);
            rows.CopyUnfiltered(start, block);
            adler.Append(block);
            rest = rest[(blockHeader + length)..];
            if (isLast)
            {
                BinaryPrimitives.WriteUInt32BigEndian(rest, adler.Value);
                rest = rest[checksum..];
            }

            chunks.Add("IDAT"u8, room.Length - rest.Length);
        }
    }

    private static void Deflate(PngRows rows, int height, PngChunks chunks)
    {
        int bandLength = Math.Min(Math.Max(BandLength / rows.Stride, 1), height) * rows.Stride;
        byte[] band = ArrayPool<byte>.Shared.Rent(bandLength);
        using var deflated = new MemoryStream(bandLength);
        using (var deflate = new ZLibStream(deflated, Runs, leaveOpen: true))
        {
            int filled = 0;
            for (int y = 0; y < height; y++)
            {
                rows.Filter(y, band.AsSpan(filled, rows.Stride));
                filled += rows.Stride;
                if (filled < bandLength && y < height - 1)
                    continue;
                deflate.Write(band, 0, filled);
                filled = 0;
                if (deflated.Length >= BandLength)
                    AddData(deflated, chunks);
            }
        }

        AddData(deflated, chunks);
        ArrayPool<byte>.Shared.Return(band);
    }

    /// <summary>Adds what was deflated so far, so that a large image is not buffered as a whole.</summary>
    private static void AddData(MemoryStream deflated, PngChunks chunks)
    {
        int length = (int)deflated.Length;
        deflated.GetBuffer().AsSpan(0, length).CopyTo(chunks.Room(length));
        chunks.Add("IDAT"u8, length);
        deflated.SetLength(0);
    }
}
