using System.Buffers.Binary;
using System.Text;

namespace ProcessPool.Coordinator.Images;

/// <summary>One chunk of a PNG file: length, type, data, CRC over type and data.</summary>
internal readonly ref struct PngChunk
{
    /// <summary>The bytes that every PNG file starts with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    // Length and type before the data, the CRC after it.
    private const int Overhead = 12;

    private PngChunk(ReadOnlySpan<byte> typeAndData)
    {
        Type = Encoding.Latin1.GetString(typeAndData[..4]);
        Data = typeAndData[4..];
    }

    /// <summary>Four letters, such as IDAT.</summary>
    public string Type { get; }

    /// <summary>What the chunk holds.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Whether a reader that does not know the type must give up: the first letter is upper case.</summary>
    public bool IsCritical => char.IsAsciiLetterUpper(Type[0]);

    /// <summary>Takes the next chunk off the rest of a file.</summary>
    /// <exception cref="InvalidDataException">It is truncated or damaged.</exception>
    public static PngChunk Take(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < Overhead)
            throw new InvalidDataException($"truncated: {rest.Length} bytes where the next chunk should be");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        foreach (byte letter in rest.Slice(4, 4))
        {
            if (!char.IsAsciiLetter((char)letter))
                throw new InvalidDataException("damaged: the type of a chunk is not four letters");
        }

        if (length > rest.Length - Overhead)
        {
            string type = Encoding.Latin1.GetString(rest.Slice(4, 4));
            throw new InvalidDataException($"truncated: the chunk {type} should have {length} bytes, the file ends before");
        }

        var chunk = new PngChunk(rest.Slice(4, 4 + (int)length));
        if (BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]) != Crc32.Of(rest.Slice(4, 4 + (int)length)))
            throw new InvalidDataException($"damaged: the chunk {chunk.Type} has the wrong CRC");
        rest = rest[(Overhead + (int)length)..];
        return chunk;
    }

    /// <summary>Writes a chunk. The first eight bytes of the buffer are for length and type, the last four for the CRC.</summary>
    public static void Write(Stream file, ReadOnlySpan<byte> type, Span<byte> framed)
    {
        BinaryPrimitives.WriteInt32BigEndian(framed, framed.Length - Overhead);
        type.CopyTo(framed[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(framed[^4..], Crc32.Of(framed[4..^4]));
        file.Write(framed);
    }
}
