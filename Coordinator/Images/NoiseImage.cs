using System.Buffers.Binary;

namespace ProcessPool.Coordinator.Images;

/// <summary>Square images of noise: the same seed gives the same pixels on every machine and in every worker.</summary>
internal static class NoiseImage
{
    /// <summary>The largest width and height.</summary>
    public const int MaxSize = 32_768;

    /// <summary>Makes the image of a seed.</summary>
    public static GrayImage Make(int size, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxSize);
        var pixels = GC.AllocateUninitializedArray<byte>(size * size);
        var random = new SplitMix64((ulong)seed);
        Span<byte> rest = pixels;
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
            BinaryPrimitives.WriteUInt64LittleEndian(rest, random.Next());

        Span<byte> last = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(last, random.Next());
        last[..rest.Length].CopyTo(rest);
        return new GrayImage(size, size, pixels);
    }

    /// <summary>Makes the image of a seed and writes it as a PNG file. Returns the file's length.</summary>
    public static long Write(string path, int size, int seed) => Make(size, seed).Write(path);
}
