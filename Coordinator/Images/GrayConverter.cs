using System.Buffers.Binary;

namespace ProcessPool.Coordinator.Images;

/// <summary>
/// Turns rows of any kind of PNG into 8-bit gray as image libraries do that read in grayscale (OpenCV's IMREAD_GRAYSCALE, that
/// is libpng's): opacity is ignored, of 16 bits the upper 8 count, and colours are weighed by their brightness.
/// </summary>
/// <param name="header">The image's.</param>
/// <param name="palette">Red, green and blue of each colour, for an image with a palette.</param>
/// <param name="luma">Weighs colours.</param>
internal sealed class GrayConverter(PngHeader header, byte[] palette, Luma luma)
{
    private readonly byte[] _grays = [.. palette.Chunk(3).Select(colour => luma.Of(colour[0], colour[1], colour[2]))];

    /// <summary>Converts the first pixels of a row.</summary>
    /// <exception cref="InvalidDataException">A pixel has a colour that the palette does not have.</exception>
    public void Convert(ReadOnlySpan<byte> row, Span<byte> gray)
    {
        bool wide = header.BitDepth == 16;
        int stride = header.BitsPerPixel / 8;
        switch (header.Colour)
        {
            case PngColour.Gray when header.BitDepth < 8:
                int most = (1 << header.BitDepth) - 1;
                for (int x = 0; x < gray.Length; x++)
                    gray[x] = (byte)(Bits(row, x) * 255 / most);
                break;
            case PngColour.Gray when !wide:
                row[..gray.Length].CopyTo(gray);
                break;
            case PngColour.Gray or PngColour.GrayAlpha:
                for (int x = 0; x < gray.Length; x++)
                    gray[x] = row[x * stride];
                break;
            case PngColour.Palette:
                for (int x = 0; x < gray.Length; x++)
                    gray[x] = OfPalette(header.BitDepth < 8 ? Bits(row, x) : row[x]);
                break;
            case PngColour.Rgb or PngColour.RgbAlpha when wide:
                for (int x = 0; x < gray.Length; x++)
                    gray[x] = luma.OfWide(Wide(row, x * stride), Wide(row, (x * stride) + 2), Wide(row, (x * stride) + 4));
                break;
            default:
                for (int x = 0; x < gray.Length; x++)
                    gray[x] = luma.Of(row[x * stride], row[(x * stride) + 1], row[(x * stride) + 2]);
                break;
        }
    }

    private byte OfPalette(int number) => number < _grays.Length
        ? _grays[number]
        : throw new InvalidDataException($"a pixel has colour {number}, and the palette has {_grays.Length}");

    /// <summary>The sample of a pixel that shares its byte with others, the first in the highest bits.</summary>
    private int Bits(ReadOnlySpan<byte> row, int pixel)
    {
        int bit = pixel * header.BitDepth;
        return (row[bit >> 3] >> (8 - header.BitDepth - (bit & 7))) & ((1 << header.BitDepth) - 1);
    }

    private static ushort Wide(ReadOnlySpan<byte> row, int at) => BinaryPrimitives.ReadUInt16BigEndian(row[at..]);
}
