using ProcessPool.Values;

namespace ProcessPool;

/// <summary>Creates values that all workers on this machine can read and change. See <see cref="SharedValue{T}"/>.</summary>
public static class SharedValue
{
    /// <summary>Creates a shared value. In Python: <c>multiprocessing.Value</c>.</summary>
    /// <typeparam name="T">A primitive type or an enum.</typeparam>
    /// <param name="value">The initial value.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither a primitive type nor an enum.</exception>
    public static SharedValue<T> Create<T>(T value = default)
        where T : unmanaged
    {
        if (!Atomic<T>.IsSupported)
            throw new NotSupportedException($"A shared value must be of a primitive type or an enum, not {TypeNames.Short(typeof(T))}. Use a SharedArray with one element instead.");
        var shared = new SharedValue<T>(SharedArray.Create<T>(1));
        shared.Value = value;
        return shared;
    }
}

/// <summary>
/// One number or flag in memory that this process shares with its workers, for example a counter or a stop flag. When captured or
/// passed as an argument, it is the same value in all processes. Dispose it in the process that created it; see
/// <see cref="SharedArray{T}"/>.
/// </summary>
/// <typeparam name="T">A primitive type or an enum.</typeparam>
public sealed class SharedValue<T> : IDisposable
    where T : unmanaged
{
    internal SharedValue(SharedArray<T> array) => Array = array;

    /// <summary>The value. Reads and writes are atomic and volatile (<see cref="Volatile"/>).</summary>
    /// <exception cref="ObjectDisposedException">The shared value was disposed.</exception>
    public T Value
    {
        get => Array.Atomic(0).Read();
        set => Array.Atomic(0).Write(value);
    }

    internal SharedArray<T> Array { get; }

    /// <inheritdoc cref="Atomic{T}.Add"/>
    public T Add(T value) => Array.Atomic(0).Add(value);

    /// <inheritdoc cref="Atomic{T}.Increment"/>
    public T Increment() => Array.Atomic(0).Increment();

    /// <inheritdoc cref="Atomic{T}.Decrement"/>
    public T Decrement() => Array.Atomic(0).Decrement();

    /// <inheritdoc cref="Atomic{T}.Exchange"/>
    public T Exchange(T value) => Array.Atomic(0).Exchange(value);

    /// <inheritdoc cref="Atomic{T}.CompareExchange"/>
    public T CompareExchange(T value, T comparand) => Array.Atomic(0).CompareExchange(value, comparand);

    /// <inheritdoc cref="SharedArray{T}.Dispose"/>
    public void Dispose() => Array.Dispose();
}
