using System.Runtime.InteropServices;

namespace ProcessPool.Soak.Items;

/// <summary>Bytes that both processes can generate and checksum quickly.</summary>
internal static class Content
{
    public static byte[] Make(ulong seed, int length)
    {
        var bytes = new byte[length];
        var state = seed | 1;
        foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan()))
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            word = state;
        }

        return bytes;
    }

    /// <summary>Changes with each word, and with their order.</summary>
    public static ulong Sum(byte[] bytes)
    {
        var sum = (ulong)bytes.Length;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan())) sum = Mix(sum, word);
        return sum;
    }

    public static ulong Mix(ulong a, ulong b) => ulong.RotateLeft((a + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9, 29) ^ ((b + 1) * 0x94D049BB133111EB);
}
