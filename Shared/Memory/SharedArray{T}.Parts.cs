using ProcessPool.Memory;

namespace ProcessPool;

// Parts of an array, and many elements at once.
public sealed unsafe partial class SharedArray<T>
{
    /// <summary>All elements, of all dimensions, as they lie in memory. As fast as an array of this process; valid until it is disposed of.</summary>
    /// <exception cref="InvalidOperationException">There are more than a span can hold: take parts of it (<see cref="AsSpan"/>).</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
    public Span<T> Span => new(Start, LengthOfSpan(Length));

    /// <summary>Some elements, counted over all dimensions.</summary>
    /// <param name="start">The first of them.</param>
    /// <param name="length">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">They do not lie in the array.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
    public Span<T> AsSpan(long start, int length)
    {
        CheckPart(start, length, Length);
        return new Span<T>(Start + start, length);
    }

    /// <summary>A row of a matrix.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such row.</exception>
    /// <exception cref="RankException">The array is no matrix.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
    public Span<T> Row(long row)
    {
        if ((ulong)row >= (ulong)_rows) ThrowIndex(2);
        return AsSpan(row * _shape.Second, LengthOfSpan(_shape.Second));
    }

    /// <summary>A row of an array of three dimensions.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such row.</exception>
    /// <exception cref="RankException">The array has not three dimensions.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
    public Span<T> Row(long first, long second)
    {
        if (Rank != 3 || (ulong)first >= (ulong)_shape.First || (ulong)second >= (ulong)_shape.Second) ThrowIndex(3);
        return AsSpan(((first * _shape.Second) + second) * _shape.Third, LengthOfSpan(_shape.Third));
    }

    /// <summary>A part of the first dimension (elements, rows, planes) as an array of its own that shares this one's memory, and can be sent itself.</summary>
    /// <param name="start">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">They do not lie in the array.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
    public SharedArray<T> Slice(long start, long count)
    {
        CheckPart(start, count, _shape.First);
        return View(start, _shape.WithFirst(count));
    }

    /// <summary>What lies at an index of the first dimension of three, as a matrix that shares this array's memory, and can be sent itself.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such plane.</exception>
    /// <exception cref="RankException">The array has not three dimensions.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
    public SharedArray<T> Plane(long first)
    {
        if (Rank != 3 || (ulong)first >= (ulong)_shape.First) ThrowIndex(3);
        return View(first, _shape.Inner);
    }

    /// <summary>Sets all elements to a value.</summary>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
    public void Fill(T value)
    {
        var memory = _memory;
        for (var done = 0L; done < Length; done += LengthOfPart(done)) AsSpan(done, LengthOfPart(done)).Fill(value);
        GC.KeepAlive(memory);
    }

    /// <summary>Copies all elements, of all dimensions, as they lie in memory.</summary>
    /// <exception cref="ArgumentException">They do not fit the destination.</exception>
    /// <exception cref="InvalidOperationException">There are more than a span can hold.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
    public void CopyTo(Span<T> destination)
    {
        var memory = _memory;
        Span.CopyTo(destination);
        GC.KeepAlive(memory);
    }

    /// <summary>Copies all elements to a shared array of the same length.</summary>
    /// <exception cref="ArgumentException">It has another length.</exception>
    /// <exception cref="ObjectDisposedException">One of the two was disposed of.</exception>
    public void CopyTo(SharedArray<T> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.Length != Length) throw new ArgumentException($"It has {destination.Length} elements, not {Length}.", nameof(destination));
        var (memory, other) = (_memory, destination._memory);
        Buffer.MemoryCopy(Start, destination.Start, Length * sizeof(T), Length * sizeof(T));
        GC.KeepAlive(memory);
        GC.KeepAlive(other);
    }

    /// <summary>A copy of all elements, of all dimensions, as they lie in memory, as an array of this process alone.</summary>
    /// <exception cref="InvalidOperationException">There are more than an array can hold.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
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
        : throw new InvalidOperationException($"{length} elements are more than a span can hold. Take parts of them: AsSpan(start, length).");

    private int LengthOfPart(long start) => (int)Math.Min(Length - start, 1 << 30);

    private static void CheckPart(long start, long length, long all)
    {
        if (start < 0 || start > all) throw new ArgumentOutOfRangeException(nameof(start), start, $"It must be 0 to {all}.");
        if (length < 0 || length > all - start) throw new ArgumentOutOfRangeException(nameof(length), length, $"From {start} on it must be 0 to {all - start}.");
    }
}
