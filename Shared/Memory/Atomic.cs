using System.Runtime.CompilerServices;
using ProcessPool.Values;

namespace ProcessPool;

/// <summary>
/// Atomic access to one element of shared memory that other threads and processes use at the same time, with the operations of
/// <see cref="Interlocked"/> and <see cref="Volatile"/>.
/// </summary>
/// <typeparam name="T">The type of the element. <see cref="Add"/>, <see cref="Increment"/> and <see cref="Decrement"/> support
/// <c>int</c>, <c>uint</c>, <c>long</c> and <c>ulong</c>. The other methods support all primitive types and enums.</typeparam>
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

    /// <summary>Reads the element. Memory accesses that follow in the program are not moved before the read.</summary>
    public T Read() => Unsafe.SizeOf<T>() switch
    {
        1 => Unsafe.BitCast<byte, T>(Volatile.Read(ref As<byte>())),
        2 => Unsafe.BitCast<ushort, T>(Volatile.Read(ref As<ushort>())),
        4 => Unsafe.BitCast<uint, T>(Volatile.Read(ref As<uint>())),
        _ => Unsafe.BitCast<ulong, T>(Volatile.Read(ref As<ulong>())),
    };

    /// <summary>Writes the element. Memory accesses that precede in the program are not moved after the write.</summary>
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

    /// <summary>Adds a value to the element.</summary>
    /// <returns>The sum, which wraps around on overflow.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not one of the four types.</exception>
    public T Add(T value)
    {
        if (typeof(T) == typeof(int)) return Unsafe.BitCast<int, T>(Interlocked.Add(ref As<int>(), Unsafe.BitCast<T, int>(value)));
        if (typeof(T) == typeof(uint)) return Unsafe.BitCast<uint, T>(Interlocked.Add(ref As<uint>(), Unsafe.BitCast<T, uint>(value)));
        if (typeof(T) == typeof(long)) return Unsafe.BitCast<long, T>(Interlocked.Add(ref As<long>(), Unsafe.BitCast<T, long>(value)));
        if (typeof(T) == typeof(ulong)) return Unsafe.BitCast<ulong, T>(Interlocked.Add(ref As<ulong>(), Unsafe.BitCast<T, ulong>(value)));
        throw NoSum();
    }

    /// <summary>Adds 1 to the element.</summary>
    /// <returns>The new value.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not one of the four types.</exception>
    public T Increment()
    {
        if (typeof(T) == typeof(int)) return Unsafe.BitCast<int, T>(Interlocked.Increment(ref As<int>()));
        if (typeof(T) == typeof(uint)) return Unsafe.BitCast<uint, T>(Interlocked.Increment(ref As<uint>()));
        if (typeof(T) == typeof(long)) return Unsafe.BitCast<long, T>(Interlocked.Increment(ref As<long>()));
        if (typeof(T) == typeof(ulong)) return Unsafe.BitCast<ulong, T>(Interlocked.Increment(ref As<ulong>()));
        throw NoSum();
    }

    /// <summary>Subtracts 1 from the element.</summary>
    /// <returns>The new value.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not one of the four types.</exception>
    public T Decrement()
    {
        if (typeof(T) == typeof(int)) return Unsafe.BitCast<int, T>(Interlocked.Decrement(ref As<int>()));
        if (typeof(T) == typeof(uint)) return Unsafe.BitCast<uint, T>(Interlocked.Decrement(ref As<uint>()));
        if (typeof(T) == typeof(long)) return Unsafe.BitCast<long, T>(Interlocked.Decrement(ref As<long>()));
        if (typeof(T) == typeof(ulong)) return Unsafe.BitCast<ulong, T>(Interlocked.Decrement(ref As<ulong>()));
        throw NoSum();
    }

    /// <summary>Replaces the element.</summary>
    /// <returns>The previous value.</returns>
    public T Exchange(T value) => Interlocked.Exchange(ref _element, value);

    /// <summary>Replaces the element if it equals the comparand bit by bit.</summary>
    /// <param name="value">The value to write.</param>
    /// <param name="comparand">The expected value.</param>
    /// <returns>The previous value. If it equals the comparand, the value was written.</returns>
    public T CompareExchange(T value, T comparand) => Interlocked.CompareExchange(ref _element, value, comparand);

    private ref TOther As<TOther>() => ref Unsafe.As<T, TOther>(ref _element);

    private static NotSupportedException NoSum() => NotSupported("Add, Increment and Decrement are for int, uint, long and ulong");

    private static NotSupportedException NotSupported(string what) => new($"{what}, not for {TypeNames.Short(typeof(T))}.");
}
