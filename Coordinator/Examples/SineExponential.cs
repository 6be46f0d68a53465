using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ProcessPool.Coordinator.Examples;

/// <summary>
/// exp(sin(x)) of several numbers at once. <c>Vector512.Sin</c> and <c>Vector512.Exp</c> do the same, but the runtime compiles them
/// without optimization first, and takes longer to replace that than a whole matrix of 4000x4000 takes.
/// </summary>
internal static class SineExponential
{
    // Pi in two parts. The product of the first one and a whole number is not rounded before it is subtracted.
    private const double Pi = Math.PI, RestOfPi = 1.2246467991473532e-16;

    /// <summary>The last bit of a whole number plus this is the last bit of the sum.</summary>
    private const double Integer = 1.5 * (1L << 52);

    /// <summary>exp(sin(x)), within some units of the last place of a double if x is below a hundred million.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x)
    {
        // sin(x) is sin(x - n * pi), with the other sign if n is odd.
        Vector512<double> n = Vector512.Round(x * (1 / Math.PI));
        Vector512<double> rest = Vector512.FusedMultiplyAdd(-n, Vector512.Create(Pi), x);
        rest = Vector512.FusedMultiplyAdd(-n, Vector512.Create(RestOfPi), rest);
        Vector512<ulong> sign = (n + Vector512.Create(Integer)).AsUInt64() << 63;
        return Exponential(Sine(rest) ^ sign.AsDouble());
    }

    /// <summary>The sine between -pi/2 and pi/2: Taylor's polynomial of degree 21, whose error is below 1e-18 there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Sine(Vector512<double> x)
    {
        Vector512<double> square = x * x;
        Vector512<double> sum = Vector512.Create(1.9572941063391263e-20);
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(-8.22063524662433e-18));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(2.8114572543455206e-15));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(-7.647163731819816e-13));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(1.6059043836821613e-10));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(-2.505210838544172e-08));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(2.7557319223985893e-06));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(-0.0001984126984126984));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(0.008333333333333333));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(-0.16666666666666666));
        return Vector512.FusedMultiplyAdd(x * square, sum, x);
    }

    /// <summary>e to the power of x between -1 and 1: Taylor's polynomial of degree 12 for x / 4, whose error is below 3e-18, squared twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Exponential(Vector512<double> x)
    {
        Vector512<double> quarter = x * 0.25;
        Vector512<double> sum = Vector512.Create(2.08767569878681e-09);
        sum = Vector512.FusedMultiplyAdd(sum, quarter, Vector512.Create(2.505210838544172e-08));
        sum = Vector512.FusedMultiplyAdd(sum, quarter, Vector512.Create(2.755731922398589e-07));
        sum = Vector512.FusedMultiplyAdd(sum, quarter, Vector512.Create(2.7557319223985893e-06));
        sum = Vector512.FusedMultiplyAdd(sum, quarter, Vector512.Create(2.48015873015873e-05));
        sum = Vector512.FusedMultiplyAdd(sum, quarter, Vector512.Create(0.0001984126984126984));
        sum = Vector512.FusedMultiplyAdd(sum, quarter, Vector512.Create(0.001388888888888889));
        sum = Vector512.FusedMultiplyAdd(sum, quarter, Vector512.Create(0.008333333333333333));
        sum = Vector512.FusedMultiplyAdd(sum, quarter, Vector512.Create(0.041666666666666664));
        sum = Vector512.FusedMultiplyAdd(sum, quarter, Vector512.Create(0.16666666666666666));
        sum = Vector512.FusedMultiplyAdd(sum, quarter, Vector512.Create(0.5));
        sum = Vector512.FusedMultiplyAdd(sum, quarter, Vector512<double>.One);
        sum = Vector512.FusedMultiplyAdd(sum, quarter, Vector512<double>.One);
        sum *= sum;
        return sum * sum;
    }
}
