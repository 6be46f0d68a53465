using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ProcessPool.Coordinator.Images;

/// <summary>
/// Whether deflate could make the filtered rows of an image smaller. A deflate that only looks for runs gains in two ways: common
/// bytes get short codes, which are chosen for each block of about 16,000 symbols, and a run becomes one symbol.
/// </summary>
internal static class Compressibility
{
    /// <summary>Codes are chosen for blocks of about this size, so frequencies are counted within as many bytes.</summary>
    private const int WindowLength = 1 << 14;

    /// <summary>Gains below one part in so many are given up. Noise seems to have half of that: one byte in 256 equals the one before it.</summary>
    private const int Negligible = 100;

    /// <summary>The table of codes in front of a block takes at least a bit for each byte value that occurs.</summary>
    private const int ValuesInTableByte = 8;

    /// <summary>n times the logarithm of n. In noise each value occurs 64 times in a window, so larger numbers are rare.</summary>
    private static readonly double[] TimesLogarithm = [0, .. Enumerable.Range(1, 255).Select(n => n * Math.Log2(n))];

    private const int Values = 256;
    private const int Tables = 4;

    /// <summary>Whether nothing in the image is worth compressing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool IsNoise(PngRows rows, int height)
    {
        int most = Math.Max(WindowLength / rows.Stride, 1);
        int windows = (height + most - 1) / most;
        byte[] window = ArrayPool<byte>.Shared.Rent(most * rows.Stride);
        Span<int> counts = stackalloc int[Tables * Values];
        bool isNoise = true;
        for (int i = 0; i < windows && isNoise; i++)
        {
            // Windows of about the same size, because the frequencies in a small one say little.
            int first = (int)((long)height * i / windows), end = (int)((long)height * (i + 1) / windows);
            for (int y = first; y < end; y++)
                rows.Filter(y, window.AsSpan((y - first) * rows.Stride, rows.Stride));
            isNoise = IsNoise(window.AsSpan(0, (end - first) * rows.Stride), counts);
        }

        ArrayPool<byte>.Shared.Return(window);
        return isNoise;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsNoise(ReadOnlySpan<byte> bytes, Span<int> counts)
    {
        Count(bytes, counts);
        ReadOnlySpan<int> table0 = counts[..Values], table1 = counts[Values..], table2 = counts[(2 * Values)..], table3 = counts[(3 * Values)..];
        double sum = 0;
        int distinct = 0;
        for (int value = 0; value < Values; value++)
        {
            int count = table0[value] + table1[value] + table2[value] + table3[value];
            sum += count < TimesLogarithm.Length ? TimesLogarithm[count] : count * Math.Log2(count);
            distinct += count == 0 ? 0 : 1;
        }

        // No code takes fewer bits than Shannon's entropy.
        double bits = (bytes.Length * Math.Log2(bytes.Length)) - sum;
        double gain = bytes.Length - (bits / 8) + Repeated(bytes);
        return gain <= (bytes.Length / (double)Negligible) + (distinct / (double)ValuesInTableByte);
    }

    /// <summary>Counts byte values in four tables in turn, because counting the same value twice in a row in one table is slow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Count(ReadOnlySpan<byte> bytes, Span<int> counts)
    {
        counts.Clear();
        ref int table = ref MemoryMarshal.GetReference(counts);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            Unsafe.Add(ref table, (nint)(byte)word)++;
            Unsafe.Add(ref table, Values + (nint)(byte)(word >> 8))++;
            Unsafe.Add(ref table, (2 * Values) + (nint)(byte)(word >> 16))++;
            Unsafe.Add(ref table, (3 * Values) + (nint)(byte)(word >> 24))++;
            Unsafe.Add(ref table, (nint)(byte)(word >> 32))++;
            Unsafe.Add(ref table, Values + (nint)(byte)(word >> 40))++;
            Unsafe.Add(ref table, (2 * Values) + (nint)(byte)(word >> 48))++;
            Unsafe.Add(ref table, (3 * Values) + (nint)(byte)(word >> 56))++;
        }

        foreach (byte value in bytes[(words.Length * sizeof(ulong))..])
            counts[value]++;
    }

    /// <summary>How many bytes equal the one before: a run saves at most these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Repeated(ReadOnlySpan<byte> bytes)
    {
        int repeated = 0;
        int i = 1;
        for (; i <= bytes.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
            repeated += Vector256.CountWhereAllBitsSet(Vector256.Equals(Vector256.Create(bytes[i..]), Vector256.Create(bytes[(i - 1)..])));
        for (; i < bytes.Length; i++)
            repeated += bytes[i] == bytes[i - 1] ? 1 : 0;
        return repeated;
    }
}
