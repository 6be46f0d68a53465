using System.Runtime.InteropServices;
using SkiaSharp;

namespace ProcessPool.Coordinator.Images;

/// <summary>
/// Reads PNG files of every kind as 8-bit gray. Skia decodes them, and colours become gray as OpenCV's IMREAD_GRAYSCALE does it
/// with libpng: opacity is ignored, and a colour becomes its brightness.
/// </summary>
internal static class PngReader
{
    /// <summary>Samples of a pixel in Skia's colour formats: red, green, blue and opacity.</summary>
    private const int Samples = 4;

    /// <summary>Reads the image in a file's bytes. The name is used in messages only.</summary>
    /// <exception cref="PngException">The bytes are not a PNG, are damaged, or are not supported.</exception>
    public static GrayImage Read(ReadOnlySpan<byte> file, string name)
    {
        try
        {
            return Decode(file, PngStructure.Of(file));
        }
        catch (InvalidDataException e)
        {
            throw new PngException($"{name}: {e.Message}", e);
        }
    }

    private static unsafe GrayImage Decode(ReadOnlySpan<byte> file, PngStructure structure)
    {
        fixed (byte* start = file)
        {
            using var data = SKData.Create((nint)start, file.Length);
            using SKCodec codec = SKCodec.Create(data)
                ?? throw new InvalidDataException($"damaged or unsupported header or palette ({structure})");
            SKImageInfo info = codec.Info;
            var image = new GrayImage(info.Width, info.Height, GC.AllocateUninitializedArray<byte>(info.Width * info.Height));
            fixed (byte* pixels = image.Pixels)
            {
                if (info.ColorType == SKColorType.Gray8)
                    GetPixels(codec, SKColorType.Gray8, (nint)pixels, structure);
                else
                    DecodeColours(codec, structure, image);
            }

            return image;
        }
    }

    /// <summary>Converts colours to gray here, because Skia decodes to gray only what is gray and has no opacity.</summary>
    private static unsafe void DecodeColours(SKCodec codec, PngStructure structure, GrayImage image)
    {
        bool isWide = structure.BitDepth == 16;
        void* samples = NativeMemory.Alloc((nuint)image.Pixels.LongLength, (nuint)(Samples * (isWide ? sizeof(Half) : sizeof(byte))));
        try
        {
            GetPixels(codec, isWide ? SKColorType.RgbaF16 : SKColorType.Rgba8888, (nint)samples, structure);
            if (isWide)
                Weigh((Half*)samples, new Luma(structure.Gamma), image.Pixels);
            else
                Weigh((byte*)samples, new Luma(structure.Gamma), image.Pixels);
        }
        finally
        {
            NativeMemory.Free(samples);
        }
    }

    private static unsafe void Weigh(byte* samples, Luma luma, byte[] grays)
    {
        for (int i = 0; i < grays.Length; i++, samples += Samples)
            grays[i] = luma.Of(samples[0], samples[1], samples[2]);
    }

    private static unsafe void Weigh(Half* samples, Luma luma, byte[] grays)
    {
        for (int i = 0; i < grays.Length; i++, samples += Samples)
            grays[i] = luma.OfWide(Wide(samples[0]), Wide(samples[1]), Wide(samples[2]));
    }

    private static int Wide(Half sample) => (int)(((float)sample * ushort.MaxValue) + 0.5f);

    /// <summary>
    /// Decodes the samples unchanged. Without a target colour space Skia does not convert them, and unpremultiplied they do not
    /// lose what opacity hides.
    /// </summary>
    private static void GetPixels(SKCodec codec, SKColorType type, nint pixels, PngStructure structure)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, type, SKAlphaType.Unpremul, null);
        SKCodecResult result = codec.GetPixels(info, pixels);
        if (result != SKCodecResult.Success)
            throw new InvalidDataException($"damaged: {Reason(result)} ({structure})");
    }

    private static string Reason(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "the image data ends before its last row, or cannot be inflated",
        SKCodecResult.InvalidInput => "no palette (PLTE) before the image data",
        _ => $"the image data cannot be decoded: {result}",
    };
}
