using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace ProcessPool.Coordinator.Tests.Images;

/// <summary>Makes PNG files by hand, either correct or wrong in one place.</summary>
internal static class PngBytes
{
    /// <summary>A file that consists of the signature and these chunks.</summary>
    public static byte[] File(params byte[][] chunks) =>
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. chunks.SelectMany(chunk => chunk)];

    /// <summary>A file with a usual header and end around these chunks.</summary>
    public static byte[] Image(int width, int height, params byte[][] chunks) =>
        File([Header(width, height), .. chunks, End()]);

    public static byte[] Chunk(string type, params ReadOnlySpan<byte> data)
    {
        byte[] typeAndData = [.. Encoding.ASCII.GetBytes(type), .. data];
        var chunk = new byte[typeAndData.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        typeAndData.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4..), Crc32.HashToUInt32(typeAndData));
        return chunk;
    }

    public static byte[] Header(
        int width, int height, byte depth = 8, byte colour = 0, byte compression = 0, byte filter = 0, byte interlace = 0)
    {
        var data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        (data[8], data[9], data[10], data[11], data[12]) = (depth, colour, compression, filter, interlace);
        return Chunk("IHDR", data);
    }

    /// <summary>A chunk of image data. The rows are filtered already, and each starts with the number of its filter.</summary>
    public static byte[] Data(params byte[] filteredRows) => Chunk("IDAT", Deflate(filteredRows));

    public static byte[] End() => Chunk("IEND");

    public static byte[] Deflate(byte[] bytes)
    {
        var deflated = new MemoryStream();
        using (var stream = new ZLibStream(deflated, CompressionLevel.SmallestSize, leaveOpen: true))
            stream.Write(bytes);
        return deflated.ToArray();
    }
}
