using ProcessPool.Memory;

namespace ProcessPool;

// Access to parts of an array, and to many elements at once.
public sealed unsafe partial class SharedArray<T>
{
    /// <summary>
    /// All elements of all dimensions, in memory order. As fast as an ordinary array. Valid until the array is disposed.
    /// </summary>
    /// <exception cref="InvalidOperationException">The array is too large for a span. Use parts of it
    /// (<see cref="AsSpan"/>).</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
    public Span<T> Span => new(Start, LengthOfSpan(Length));

    /// <summary>A range of elements, counted over all dimensions.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="length">The number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is outside the array.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
    public Span<T> AsSpan(long start, int length)
    {
        CheckPart(start, length, Length);
        return new Span<T>(Start + start, length);
    }

    /// <summary>A row of a matrix.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such row.</exception>
    /// <exception cref="RankException">The array is not a matrix.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
    public Span<T> Row(long row)
    {
        if ((ulong)row >= (ulong)_rows) ThrowIndex(2);
        return AsSpan(row * _shape.Second, LengthOfSpan(_shape.Second));
    }

    /// <summary>A row of a three-dimensional array.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such row.</exception>
    /// <exception cref="RankException">The array is not three-dimensional.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
    public Span<T> Row(long first, long second)
    {
        if (Rank != 3 || (ulong)first >= (ulong)_shape.First || (ulong)second >= (ulong)_shape.Second) ThrowIndex(3);
        return AsSpan(((first * _shape.Second) + second) * _shape.Third, LengthOfSpan(_shape.Third));
    }

    /// <summary>
    /// A range of the first dimension (elements, rows, planes) as an array that shares this array's memory. It can be sent on its
    /// own.
    /// </summary>
    /// <param name="start">The first index of the range.</param>
    /// <param name="count">The length of the range.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is outside the array.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
    public SharedArray<T> Slice(long start, long count)
    {
        CheckPart(start, count, _shape.First);
        return View(start, _shape.WithFirst(count));
    }

    /// <summary>
    /// The part of a three-dimensional array at one index of the first dimension, as a matrix that shares this array's memory. It
    /// can be sent on its own.
    /// </summary>
    /// <exception cref="IndexOutOfRangeException">There is no such plane.</exception>
    /// <exception cref="RankException">The array is not three-dimensional.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
    public SharedArray<T> Plane(long first)
    {
        if (Rank != 3 || (ulong)first >= (ulong)_shape.First) ThrowIndex(3);
        return View(first, _shape.Inner);
    }

    /// <summary>Sets all elements to a value.</summary>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
    public void Fill(T value)
    {
        var memory = _memory;
        for (var done = 0L; done < Length; done += LengthOfPart(done)) AsSpan(done, LengthOfPart(done)).Fill(value);
        GC.KeepAlive(memory);
    }

    /// <summary>Copies all elements of all dimensions, in memory order.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="InvalidOperationException">The array is too large for a span.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
    public void CopyTo(Span<T> destination)
    {
        var memory = _memory;
        Span.CopyTo(destination);
        GC.KeepAlive(memory);
    }

    /// <summary>Copies all elements to a shared array of the same length.</summary>
    /// <exception cref="ArgumentException">The destination has a different length.</exception>
    /// <exception cref="ObjectDisposedException">One of the two was disposed.</exception>
    public void CopyTo(SharedArray<T> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.Length != Length) throw new ArgumentException($"The destination has {destination.Length} elements, not {Length}.", nameof(destination));
        var (memory, other) = (_memory, destination._memory);
        Buffer.MemoryCopy(Start, destination.Start, Length * sizeof(T), Length * sizeof(T));
        GC.KeepAlive(memory);
        GC.KeepAlive(other);
    }

    /// <summary>Copies all elements of all dimensions, in memory order, to an ordinary array.</summary>
    /// <exception cref="InvalidOperationException">There are more elements than an ordinary array can hold.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
    public T[] ToArray()
    {
        var memory = _memory;
        var copy = Span.ToArray();
        GC.KeepAlive(memory);
        return copy;
    }

    private SharedArray<T> View(long first, Shape shape) =>
        new(OpenMemory(), Offset + (first * _shape.Second * _shape.Third * sizeof(T)), shape, owns: false);

    private static int LengthOfSpan(long length) => length <= int.MaxValue
        ? (int)length
        : throw new InvalidOperationException($"{length} elements are more than a span can hold. Use parts of them: AsSpan(start, length).");

    private int LengthOfPart(long start) => (int)Math.Min(Length - start, 1 << 30);

    private static void CheckPart(long start, long length, long all)
    {
        if (start < 0 || start > all) throw new ArgumentOutOfRangeException(nameof(start), start, $"The value must be between 0 and {all}.");
        if (length < 0 || length > all - start) throw new ArgumentOutOfRangeException(nameof(length), length, $"From {start} on, the value must be between 0 and {all - start}.");
    }
}
