namespace ProcessPool;

// Elements that several processes change at the same time.
public sealed unsafe partial class SharedArray<T>
{
    /// <summary>An element of an array of one dimension, to be changed as a whole: <c>counts.Atomic(i).Increment()</c>.</summary>
    /// <inheritdoc cref="this[long]" path="/exception"/>
    public Atomic<T> Atomic(long index) => new(ref this[index]);

    /// <summary>An element of a matrix, to be changed as a whole.</summary>
    /// <inheritdoc cref="this[long, long]" path="/exception"/>
    public Atomic<T> Atomic(long row, long column) => new(ref this[row, column]);

    /// <summary>An element of an array of three dimensions, to be changed as a whole.</summary>
    /// <inheritdoc cref="this[long, long, long]" path="/exception"/>
    public Atomic<T> Atomic(long first, long second, long third) => new(ref this[first, second, third]);
}
