namespace ProcessPool;

// Atomic access to elements that several processes change at the same time.
public sealed unsafe partial class SharedArray<T>
{
    /// <summary>Atomic access to an element of a one-dimensional array: <c>counts.Atomic(i).Increment()</c>.</summary>
    /// <inheritdoc cref="this[long]" path="/exception"/>
    public Atomic<T> Atomic(long index) => new(ref this[index]);

    /// <summary>Atomic access to an element of a matrix.</summary>
    /// <inheritdoc cref="this[long, long]" path="/exception"/>
    public Atomic<T> Atomic(long row, long column) => new(ref this[row, column]);

    /// <summary>Atomic access to an element of a three-dimensional array.</summary>
    /// <inheritdoc cref="this[long, long, long]" path="/exception"/>
    public Atomic<T> Atomic(long first, long second, long third) => new(ref this[first, second, third]);
}
