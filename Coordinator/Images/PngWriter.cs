using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Numerics;

namespace ProcessPool.Coordinator.Images;

/// <summary>Writes 8-bit grayscale PNG files as OpenCV does: filter Sub, and deflate that only looks for runs.</summary>
internal static class PngWriter
{
    /// <summary>The filter that stores each pixel as its difference from the one on its left.</summary>
    private const byte Sub = 1;

    /// <summary>About how many bytes are deflated in one call, because calls have overhead, and written as one chunk.</summary>
    private const int BandLength = 1 << 16;

    private static readonly ZLibCompressionOptions Runs = new()
    {
        CompressionLevel = 1,
        CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding,
    };

    /// <summary>Writes the whole file of an image.</summary>
    public static void Write(GrayImage image, Stream file)
    {
        file.Write(PngStructure.Signature);
        Span<byte> header = stackalloc byte[13];
        header.Clear(); // No colours, no interlacing.
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8;
        WriteChunk(file, "IHDR"u8, header);
        WriteRows(file, image);
        WriteChunk(file, "IEND"u8, []);
    }

    private static void WriteRows(Stream file, GrayImage image)
    {
        int stride = image.Width + 1;
        var band = new byte[Math.Min(Math.Max(BandLength / stride, 1), image.Height) * stride];
        using var deflated = new MemoryStream(band.Length);
        using (var deflate = new ZLibStream(deflated, Runs, leaveOpen: true))
        {
            int filled = 0;
            for (int y = 0; y < image.Height; y++)
            {
                Filter(image.Pixels.AsSpan(y * image.Width, image.Width), band.AsSpan(filled, stride));
                filled += stride;
                if (filled < band.Length && y < image.Height - 1)
                    continue;
                deflate.Write(band, 0, filled);
                filled = 0;
                if (deflated.Length >= BandLength)
                    WriteData(file, deflated);
            }
        }

        WriteData(file, deflated);
    }

    /// <summary>Writes what was deflated so far, so that a large image is not buffered as a whole.</summary>
    private static void WriteData(Stream file, MemoryStream deflated)
    {
        WriteChunk(file, "IDAT"u8, deflated.GetBuffer().AsSpan(0, (int)deflated.Length));
        deflated.SetLength(0);
    }

    private static void Filter(ReadOnlySpan<byte> row, Span<byte> filtered)
    {
        filtered[0] = Sub;
        filtered[1] = row[0];
        int x = 1;
        for (; x <= row.Length - Vector<byte>.Count; x += Vector<byte>.Count)
            (new Vector<byte>(row[x..]) - new Vector<byte>(row[(x - 1)..])).CopyTo(filtered[(x + 1)..]);
        for (; x < row.Length; x++)
            filtered[x + 1] = (byte)(row[x] - row[x - 1]);
    }

    private static void WriteChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        file.Write(type);
        file.Write(data);
        var crc = new Crc32();
        crc.Append(type);
        crc.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, crc.GetCurrentHashAsUInt32());
        file.Write(word);
    }
}
