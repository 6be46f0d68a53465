using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ProcessPool.Coordinator.Images;

/// <summary>
/// The checksum at the end of a zlib stream (RFC 1950): the sum of all bytes, and the sum of all these sums, modulo 65521.
/// System.IO.Hashing has no class for it.
/// </summary>
internal struct Adler32()
{
    private const uint Modulus = 65_521;

    /// <summary>The most vectors whose sums of sums fit in 16 bits: 255 times (1 + 2 + ... + 22) is 64,515.</summary>
    private const int MostVectors = 22;

    private uint _sum = 1;
    private uint _sumOfSums;

    /// <summary>The checksum of all bytes so far.</summary>
    public readonly uint Value => (_sumOfSums << 16) | _sum;

    /// <summary>Adds bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= Vector256<byte>.Count)
        {
            int vectors = Math.Min(bytes.Length / Vector256<byte>.Count, MostVectors);
            AppendVectors(bytes[..(vectors * Vector256<byte>.Count)]);
            bytes = bytes[(vectors * Vector256<byte>.Count)..];
        }

        foreach (byte value in bytes)
        {
            _sum = (_sum + value) % Modulus;
            _sumOfSums = (_sumOfSums + _sum) % Modulus;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AppendVectors(ReadOnlySpan<byte> bytes)
    {
        // Each lane sums its own column of bytes.
        Vector256<ushort> sumLower = default, sumUpper = default, sumsLower = default, sumsUpper = default;
        for (int i = 0; i < bytes.Length; i += Vector256<byte>.Count)
        {
            sumsLower += sumLower;
            sumsUpper += sumUpper;
            (Vector256<ushort> lower, Vector256<ushort> upper) = Vector256.Widen(Vector256.Create(bytes[i..]));
            sumLower += lower;
            sumUpper += upper;
        }

        // A byte counts once for itself and once for each byte behind it.
        Vector256<uint> earlier = Add(sumsLower) + Add(sumsUpper);
        (Vector256<uint> sum0, Vector256<uint> sum1) = Vector256.Widen(sumLower);
        (Vector256<uint> sum2, Vector256<uint> sum3) = Vector256.Widen(sumUpper);
        Vector256<uint> weights = Vector256.Create(32u, 31, 30, 29, 28, 27, 26, 25), step = Vector256.Create(8u);
        Vector256<uint> within = (sum0 * weights) + (sum1 * (weights - step)) + (sum2 * (weights - step - step))
            + (sum3 * (weights - step - step - step));
        _sumOfSums = (_sumOfSums + ((uint)bytes.Length * _sum)
            + (Vector256.Sum(earlier) * (uint)Vector256<byte>.Count) + Vector256.Sum(within)) % Modulus;
        _sum = (_sum + Vector256.Sum(sum0 + sum1 + sum2 + sum3)) % Modulus;
    }

    private static Vector256<uint> Add(Vector256<ushort> values)
    {
        (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(values);
        return lower + upper;
    }
}
