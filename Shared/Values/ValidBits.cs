using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ProcessPool.Values;

/// <summary>
/// Checks that bytes are a valid value of a type: a bool of 2 is neither true nor equal to true, and a decimal with 99 places or
/// a time after the year 9999 makes the framework's own code fail. For most types, any bits are valid.
/// </summary>
internal static class ValidBits
{
    private const int DecimalUnused = 0x7F00FFFF;
    private const int MostDecimalPlaces = 28;
    private const ulong TicksMask = 0x3FFF_FFFF_FFFF_FFFF;
    private static readonly TimeSpan MostOffset = TimeSpan.FromHours(14);

    /// <exception cref="BrokenValueException">One of the values is not valid.</exception>
    public static void Check<T>(ReadOnlySpan<T> values)
    {
        // The JIT evaluates these conditions, so for most types no code remains.
        if (typeof(T) == typeof(bool))
        {
            if (As<T, byte>(values).ContainsAnyExceptInRange((byte)0, (byte)1)) throw None(typeof(T));
        }
        else if (typeof(T) == typeof(decimal))
        {
            foreach (ref readonly var value in values)
            {
                // The flags come first: the sign, and the places in bits 16 to 23.
                var flags = Unsafe.As<T, int>(ref Unsafe.AsRef(in value));
                if ((flags & DecimalUnused) != 0 || (flags >> 16 & 0xFF) > MostDecimalPlaces) throw None(typeof(T));
            }
        }
        else if (typeof(T) == typeof(DateTime))
        {
            foreach (var bits in As<T, ulong>(values))
            {
                if ((bits & TicksMask) > (ulong)DateTime.MaxValue.Ticks) throw None(typeof(T));
            }
        }
        else if (typeof(T) == typeof(DateTimeOffset))
        {
            foreach (var value in As<T, DateTimeOffset>(values))
            {
                if (value.Offset < -MostOffset || value.Offset > MostOffset || !IsTime(value.UtcTicks) || !IsTime(value.UtcTicks + value.Offset.Ticks)) throw None(typeof(T));
            }
        }
        else if (typeof(T) == typeof(DateOnly))
        {
            if (As<T, int>(values).ContainsAnyExceptInRange(0, DateOnly.MaxValue.DayNumber)) throw None(typeof(T));
        }
        else if (typeof(T) == typeof(TimeOnly))
        {
            if (As<T, long>(values).ContainsAnyExceptInRange(0, TimeOnly.MaxValue.Ticks)) throw None(typeof(T));
        }
        else if (typeof(T) == typeof(Rune))
        {
            foreach (var point in As<T, uint>(values))
            {
                if (!Rune.IsValid(point)) throw None(typeof(T));
            }
        }
    }

    private static ReadOnlySpan<TOther> As<T, TOther>(ReadOnlySpan<T> values)
        where TOther : unmanaged => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, TOther>(ref MemoryMarshal.GetReference(values)), values.Length);

    private static bool IsTime(long ticks) => ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;

    private static BrokenValueException None(Type type) => new($"The bytes are not a valid {type}.");
}
