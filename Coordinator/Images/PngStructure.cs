using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace ProcessPool.Coordinator.Images;

/// <summary>
/// The header of a PNG file, and a check of all its chunks of length, type, data and CRC (PNG specification, section 5). Skia
/// does not check that much. It reads files of other formats, too, and stops once it has all rows, so it does not notice a
/// missing end. Nor does it notice wrong CRCs of chunks that it does not use, or critical chunks that it does not know.
/// </summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="BitDepth">Bits in a sample.</param>
/// <param name="ColourType">What the samples mean.</param>
/// <param name="Gamma">100,000 times the file's gamma; 0 if it has none.</param>
internal readonly record struct PngStructure(uint Width, uint Height, byte BitDepth, byte ColourType, uint Gamma)
{
    /// <summary>The bytes that every PNG file starts with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>
    /// A deflate stream inflates to at most about 1032 times its size, and a pixel has at least one bit. A header that says more
    /// is wrong, and is refused before any memory is allocated for the pixels.
    /// </summary>
    private const long MostPixelsInByte = 1040 * 8;

    /// <summary>The gamma that the chunk sRGB stands for, in the unit of gAMA.</summary>
    private const uint StandardGamma = 45_455;

    private const int HeaderLength = 13;

    // Length and type before the data, the CRC after it.
    private const int DataStart = 8;
    private const int Overhead = 12;

    private static readonly SearchValues<byte> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Checks all chunks up to the end of the image (IEND). Bytes after that are ignored.</summary>
    /// <exception cref="InvalidDataException">The file is not a PNG, is truncated or damaged, or is not supported.</exception>
    public static PngStructure Of(ReadOnlySpan<byte> file)
    {
        if (!Signature.StartsWith(file[..Math.Min(file.Length, Signature.Length)]))
            throw new InvalidDataException("not a PNG file");
        ReadOnlySpan<byte> rest = file[Math.Min(file.Length, Signature.Length)..];
        string first = Take(ref rest, out ReadOnlySpan<byte> header);
        if (first != "IHDR")
            throw new InvalidDataException($"damaged: the first chunk is {first}, not IHDR");
        PngStructure structure = OfHeader(header);
        long imageData = 0;
        bool isStandard = false;
        while (true)
        {
            string type = Take(ref rest, out ReadOnlySpan<byte> data);
            switch (type)
            {
                case "IDAT":
                    imageData += data.Length;
                    break;
                case "IEND":
                    structure.CheckSize(imageData);
                    return structure;
                case "gAMA" when imageData == 0 && !isStandard && data.Length == sizeof(uint):
                    structure = structure with { Gamma = BinaryPrimitives.ReadUInt32BigEndian(data) };
                    break;
                case "sRGB" when imageData == 0:
                    (structure, isStandard) = (structure with { Gamma = StandardGamma }, true);
                    break;
                case not "PLTE" when char.IsAsciiLetterUpper(type[0]):
                    // An upper-case first letter marks a critical chunk. A reader that does not know it must give up.
                    throw new InvalidDataException($"unsupported chunk {type}");
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Width}x{Height} pixels, colour type {ColourType} with {BitDepth} bits a sample";

    private static PngStructure OfHeader(ReadOnlySpan<byte> data) => data.Length == HeaderLength
        ? new(BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]), data[8], data[9], 0)
        : throw new InvalidDataException($"damaged: the chunk IHDR has {data.Length} bytes instead of {HeaderLength}");

    private void CheckSize(long imageData)
    {
        ulong pixels = (ulong)Width * Height;
        if (imageData == 0)
            throw new InvalidDataException("damaged: no image data (IDAT)");
        if (pixels > (ulong)Array.MaxLength)
            throw new InvalidDataException($"too large: the header says {Width}x{Height} pixels, more than {Array.MaxLength}");
        if (pixels > (ulong)(imageData * MostPixelsInByte))
            throw new InvalidDataException($"damaged: {imageData} bytes of image data cannot hold {Width}x{Height} pixels");
    }

    /// <summary>Removes the next chunk from the rest of a file, and returns its type.</summary>
    private static string Take(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> data)
    {
        if (rest.Length < Overhead)
            throw new InvalidDataException($"truncated: {rest.Length} bytes where the next chunk should be");
        if (rest.Slice(sizeof(uint), sizeof(uint)).ContainsAnyExcept(Letters))
            throw new InvalidDataException("damaged: the type of a chunk is not four letters");
        string type = Encoding.ASCII.GetString(rest.Slice(sizeof(uint), sizeof(uint)));
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - Overhead)
            throw new InvalidDataException($"truncated: the chunk {type} should have {length} bytes, but the file ends earlier");
        data = rest.Slice(DataStart, (int)length);
        uint crc = Crc32.HashToUInt32(rest[sizeof(uint)..(DataStart + (int)length)]);
        if (BinaryPrimitives.ReadUInt32BigEndian(rest[(DataStart + (int)length)..]) != crc)
            throw new InvalidDataException($"damaged: the chunk {type} has the wrong CRC");
        rest = rest[(Overhead + (int)length)..];
        return type;
    }
}
