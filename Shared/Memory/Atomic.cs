using System.Runtime.CompilerServices;
using ProcessPool.Values;

namespace ProcessPool;

/// <summary>
/// One element of shared memory that is changed as a whole, whatever other threads and processes do to it at the same time:
/// <see cref="Interlocked"/> and <see cref="Volatile"/> for it.
/// </summary>
/// <typeparam name="T">The element. <see cref="Add"/>, <see cref="Increment"/> and <see cref="Decrement"/> are for <c>int</c>, <c>uint</c>,
/// <c>long</c> and <c>ulong</c>; the others for all primitive types and enums.</typeparam>
public readonly ref struct Atomic<T>
    where T : unmanaged
{
    private readonly ref T _element;

    internal Atomic(ref T element)
    {
        _element = ref element;
        if (!IsSupported) throw NotSupported("Atomic operations are for primitive types and enums");
    }

    internal static bool IsSupported => typeof(T).IsPrimitive || typeof(T).IsEnum;

    /// <summary>Reads it; what is read later in the program is read later.</summary>
    public T Read() => Unsafe.SizeOf<T>() switch
    {
        1 => Unsafe.BitCast<byte, T>(Volatile.Read(ref As<byte>())),
        2 => Unsafe.BitCast<ushort, T>(Volatile.Read(ref As<ushort>())),
        4 => Unsafe.BitCast<uint, T>(Volatile.Read(ref As<uint>())),
        _ => Unsafe.BitCast<ulong, T>(Volatile.Read(ref As<ulong>())),
    };

    /// <summary>Writes it; what was written earlier in the program is written earlier.</summary>
    public void Write(T value)
    {
        switch (Unsafe.SizeOf<T>())
        {
            case 1:
                Volatile.Write(ref As<byte>(), Unsafe.BitCast<T, byte>(value));
                break;
            case 2:
                Volatile.Write(ref As<ushort>(), Unsafe.BitCast<T, ushort>(value));
                break;
            case 4:
                Volatile.Write(ref As<uint>(), Unsafe.BitCast<T, uint>(value));
                break;
            default:
                Volatile.Write(ref As<ulong>(), Unsafe.BitCast<T, ulong>(value));
                break;
        }
    }

    /// <summary>Adds to it.</summary>
    /// <returns>The sum, which wraps around when it is too great.</returns>
    /// <exception cref="NotSupportedException">It is none of the four types.</exception>
    public T Add(T value)
    {
        if (typeof(T) == typeof(int)) return Unsafe.BitCast<int, T>(Interlocked.Add(ref As<int>(), Unsafe.BitCast<T, int>(value)));
        if (typeof(T) == typeof(uint)) return Unsafe.BitCast<uint, T>(Interlocked.Add(ref As<uint>(), Unsafe.BitCast<T, uint>(value)));
        if (typeof(T) == typeof(long)) return Unsafe.BitCast<long, T>(Interlocked.Add(ref As<long>(), Unsafe.BitCast<T, long>(value)));
        if (typeof(T) == typeof(ulong)) return Unsafe.BitCast<ulong, T>(Interlocked.Add(ref As<ulong>(), Unsafe.BitCast<T, ulong>(value)));
        throw NoSum();
    }

    /// <summary>Adds 1.</summary>
    /// <returns>The new value.</returns>
    /// <exception cref="NotSupportedException">It is none of the four types.</exception>
    public T Increment()
    {
        if (typeof(T) == typeof(int)) return Unsafe.BitCast<int, T>(Interlocked.Increment(ref As<int>()));
        if (typeof(T) == typeof(uint)) return Unsafe.BitCast<uint, T>(Interlocked.Increment(ref As<uint>()));
        if (typeof(T) == typeof(long)) return Unsafe.BitCast<long, T>(Interlocked.Increment(ref As<long>()));
        if (typeof(T) == typeof(ulong)) return Unsafe.BitCast<ulong, T>(Interlocked.Increment(ref As<ulong>()));
        throw NoSum();
    }

    /// <summary>Subtracts 1.</summary>
    /// <returns>The new value.</returns>
    /// <exception cref="NotSupportedException">It is none of the four types.</exception>
    public T Decrement()
    {
        if (typeof(T) == typeof(int)) return Unsafe.BitCast<int, T>(Interlocked.Decrement(ref As<int>()));
        if (typeof(T) == typeof(uint)) return Unsafe.BitCast<uint, T>(Interlocked.Decrement(ref As<uint>()));
        if (typeof(T) == typeof(long)) return Unsafe.BitCast<long, T>(Interlocked.Decrement(ref As<long>()));
        if (typeof(T) == typeof(ulong)) return Unsafe.BitCast<ulong, T>(Interlocked.Decrement(ref As<ulong>()));
        throw NoSum();
    }

    /// <summary>Writes it.</summary>
    /// <returns>What was there before.</returns>
    public T Exchange(T value) => Interlocked.Exchange(ref _element, value);

    /// <summary>Writes it if it is what it is expected to be, bit by bit.</summary>
    /// <param name="value">What to write.</param>
    /// <param name="comparand">What is expected there.</param>
    /// <returns>What was there before: it was written if that is the comparand.</returns>
    public T CompareExchange(T value, T comparand) => Interlocked.CompareExchange(ref _element, value, comparand);

    private ref TOther As<TOther>() => ref Unsafe.As<T, TOther>(ref _element);

    private static NotSupportedException NoSum() => NotSupported("Add, Increment and Decrement are for int, uint, long and ulong");

    private static NotSupportedException NotSupported(string what) => new($"{what}, not for {TypeNames.Short(typeof(T))}.");
}
