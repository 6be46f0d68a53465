using ProcessPool.Values;

namespace ProcessPool;

/// <summary>Makes values that all workers of this machine see and change. See <see cref="SharedValue{T}"/>.</summary>
public static class SharedValue
{
    /// <summary>Makes one. Python: <c>multiprocessing.Value</c>.</summary>
    /// <typeparam name="T">A primitive type or an enum.</typeparam>
    /// <param name="value">What it is at first.</param>
    /// <exception cref="NotSupportedException">The type is another one.</exception>
    public static SharedValue<T> Create<T>(T value = default)
        where T : unmanaged
    {
        if (!Atomic<T>.IsSupported)
            throw new NotSupportedException($"A shared value is of a primitive type or an enum, not {TypeNames.Short(typeof(T))}: make a SharedArray with one element.");
        var shared = new SharedValue<T>(SharedArray.Create<T>(1));
        shared.Value = value;
        return shared;
    }
}

/// <summary>
/// One number or flag in memory that this process shares with its workers: a counter, a sign to stop. Captured or passed,
/// it is the same value in all of them. Dispose of it where it was made; see <see cref="SharedArray{T}"/>.
/// </summary>
/// <typeparam name="T">A primitive type or an enum.</typeparam>
public sealed class SharedValue<T> : IDisposable
    where T : unmanaged
{
    internal SharedValue(SharedArray<T> array) => Array = array;

    /// <summary>It is read and written as a whole, in the order of the program (<see cref="Volatile"/>).</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
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
