using System.Runtime.CompilerServices;
using System.Text;

namespace ProcessPool.MessagePack;

/// <summary>Values that came as their bytes in memory: whether they could be there without somebody having made them up.</summary>
internal static class RawValues
{
    private const ulong MostTicks = 3_155_378_975_999_999_999;
    private const ulong TicksOfDateTime = (1UL << 62) - 1;

    /// <summary>The framework's own types that not every pattern of bits is a value of. What a user's struct holds is taken as it comes.</summary>
    /// <exception cref="MessagePackException">One of them is no value.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check<T>(ReadOnlySpan<T> values)
    {
        // Decided when the code is compiled for a type: numbers are not looked at.
        if (typeof(T) == typeof(bool) || typeof(T) == typeof(decimal) || typeof(T) == typeof(DateTime) || typeof(T) == typeof(DateTimeOffset)
            || typeof(T) == typeof(DateOnly) || typeof(T) == typeof(TimeOnly) || typeof(T) == typeof(Rune))
            CheckEach(values);
    }

    private static void CheckEach<T>(ReadOnlySpan<T> values)
    {
        foreach (ref readonly var value in values)
        {
            if (!IsValue(ref Unsafe.AsRef(in value))) throw new MessagePackException($"The bytes are no value of {typeof(T)}.");
        }
    }

    private static bool IsValue<T>(ref T value)
    {
        if (typeof(T) == typeof(bool)) return Unsafe.As<T, byte>(ref value) <= 1;
        if (typeof(T) == typeof(DateTime)) return (Unsafe.As<T, ulong>(ref value) & TicksOfDateTime) <= MostTicks;
        if (typeof(T) == typeof(TimeOnly)) return Unsafe.As<T, ulong>(ref value) < TimeSpan.TicksPerDay;
        if (typeof(T) == typeof(DateOnly)) return Unsafe.As<T, uint>(ref value) <= DateOnly.MaxValue.DayNumber;
        if (typeof(T) == typeof(Rune)) return Rune.IsValid(Unsafe.As<T, uint>(ref value));
        return typeof(T) == typeof(decimal)
            ? IsDecimal(Unsafe.As<T, decimal>(ref value))
            : IsDateTimeOffset(Unsafe.As<T, DateTimeOffset>(ref value));
    }

    private static bool IsDecimal(decimal value)
    {
        const int sign = unchecked((int)0x80000000), scale = 0x00FF0000, mostScale = 28 << 16;
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        return (parts[3] & ~(sign | scale)) == 0 && (parts[3] & scale) <= mostScale;
    }

    private static bool IsDateTimeOffset(DateTimeOffset value)
    {
        const int mostMinutes = 14 * 60;
        if (value.TotalOffsetMinutes is < -mostMinutes or > mostMinutes) return false;
        var utc = (ulong)value.UtcTicks;
        return utc <= MostTicks && utc + (ulong)(value.TotalOffsetMinutes * TimeSpan.TicksPerMinute) <= MostTicks;
    }
}
