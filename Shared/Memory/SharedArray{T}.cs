using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ProcessPool.Memory;

namespace ProcessPool;

/// <summary>
/// An array of one to three dimensions in memory that this process shares with its workers. Captured by a function or passed
/// to it, also within other values, only the knowledge of where it lies is sent: what one process writes, all others read.
/// See <c>docs/shared-memory.md</c>.
/// </summary>
/// <remarks>
/// <para>
/// Dispose of it where it was made; then its memory is gone in this process and in all workers, at the next moment when they
/// run no item, and whoever uses it is told so (<see cref="ObjectDisposedException"/>). Workers need not dispose of what they
/// were sent. One that is dropped undisposed is released when the garbage collector finds it.
/// </para>
/// <para>
/// Spans and references to elements are as pointers: they do not keep the array alive, and must not be used once it is
/// disposed of. The array must not be disposed of while another thread of this process reads or writes it: such an
/// access may end the process.
/// </para>
/// </remarks>
/// <typeparam name="T">The elements: numbers, and structs of numbers, without references.</typeparam>
public sealed unsafe partial class SharedArray<T> : IDisposable
    where T : unmanaged
{
    private readonly Shape _shape;

    /// <summary>The first element; valid as long as the memory is open. Cached, so that this load does not depend on the check that the array is open.</summary>
    private readonly T* _start;

    /// <summary>The length if it has one dimension, else 0: an index is checked against it alone.</summary>
    private readonly long _lengthOfVector;

    /// <summary>The length of the first dimension if it has two, else 0.</summary>
    private readonly long _rows;

    /// <summary>The memory goes when this array is disposed of.</summary>
    private readonly bool _owns;

    private SharedMemory _memory;

    internal SharedArray(SharedMemory memory, long offset, Shape shape, bool owns)
    {
        _memory = memory;
        _start = (T*)(memory.Start + offset);
        _shape = shape;
        _owns = owns;
        Offset = offset;
        Length = shape.Length;
        _lengthOfVector = shape.Rank == 1 ? shape.First : 0;
        _rows = shape.Rank == 2 ? shape.First : 0;
    }

    /// <summary>The number of dimensions: 1, 2 or 3.</summary>
    public int Rank => _shape.Rank;

    /// <summary>The number of elements, of all dimensions together.</summary>
    public long Length { get; }

    /// <summary>Where it starts in the memory, in bytes.</summary>
    internal long Offset { get; }

    internal Shape Shape => _shape;

    /// <summary>The first element.</summary>
    private T* Start
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_memory.Start is null) ThrowDisposed();
            return _start;
        }
    }

    /// <summary>An element of an array of one dimension.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
    /// <exception cref="RankException">The array has more dimensions.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
    public ref T this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((ulong)index >= (ulong)_lengthOfVector) ThrowIndex(1);
            return ref Start[index];
        }
    }

    /// <summary>An element of a matrix.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
    /// <exception cref="RankException">The array has not two dimensions.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
    public ref T this[long row, long column]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((ulong)row >= (ulong)_rows || (ulong)column >= (ulong)_shape.Second) ThrowIndex(2);
            return ref Start[(row * _shape.Second) + column];
        }
    }

    /// <summary>An element of an array of three dimensions.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
    /// <exception cref="RankException">The array has not three dimensions.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
    public ref T this[long first, long second, long third]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_shape.Rank != 3 || (ulong)first >= (ulong)_shape.First || (ulong)second >= (ulong)_shape.Second || (ulong)third >= (ulong)_shape.Third)
                ThrowIndex(3);
            return ref Start[(((first * _shape.Second) + second) * _shape.Third) + third];
        }
    }

    /// <summary>The length of one dimension.</summary>
    /// <param name="dimension">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public long GetLength(int dimension) => _shape[dimension];

    /// <summary>
    /// Releases the memory: in this process, whatever else refers to it, and in the workers that were sent it. A view
    /// (<see cref="Slice"/>, <see cref="Plane"/>), and an array that came back to a process that has it already, only ends
    /// itself. A file of one's own stays.
    /// </summary>
    public void Dispose()
    {
        var memory = Interlocked.Exchange(ref _memory, SharedMemory.Closed);
        if (_owns) memory.Close();
    }

    /// <summary>The memory that it lies in.</summary>
    /// <exception cref="ObjectDisposedException">The array was disposed of.</exception>
    internal SharedMemory OpenMemory()
    {
        var memory = _memory;
        if (memory.Start is null) ThrowDisposed();
        return memory;
    }

    [DoesNotReturn]
    private static void ThrowDisposed() => throw new ObjectDisposedException(
        null, "The shared memory (SharedArray, SharedValue or SharedData) was disposed of, in this process or in the one that shared it.");

    [DoesNotReturn]
    private void ThrowIndex(int rank)
    {
        if (rank != Rank) throw new RankException($"The array has {Rank} dimensions, not {rank}.");
        throw new IndexOutOfRangeException($"The index lies outside the array of {_shape}.");
    }
}
