using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ProcessPool.Memory;

namespace ProcessPool;

/// <summary>
/// An array of one to three dimensions in memory that this process shares with its workers. When a function captures it or
/// receives it as an argument, also inside other values, only its location is sent: all processes read and write the same memory.
/// See <c>docs/shared-memory.md</c>.
/// </summary>
/// <remarks>
/// <para>
/// Dispose it in the process that created it. This releases the memory in that process at once, and in each worker as soon as it
/// runs no item. Later uses throw an <see cref="ObjectDisposedException"/>. Workers need not dispose arrays that they receive.
/// The garbage collector releases an array that was not disposed.
/// </para>
/// <para>
/// Spans and references to elements are like pointers: they do not keep the array alive, and must not be used after it is
/// disposed. Do not dispose the array while another thread of this process reads or writes it: such an access may crash the
/// process.
/// </para>
/// </remarks>
/// <typeparam name="T">The type of the elements: numbers, or structs of numbers, without references.</typeparam>
public sealed unsafe partial class SharedArray<T> : IDisposable
    where T : unmanaged
{
    private readonly Shape _shape;

    /// <summary>
    /// The first element; valid while the memory is open. Cached here, so that loading it does not depend on the check that the
    /// array is open.
    /// </summary>
    private readonly T* _start;

    /// <summary>The length if there is one dimension, otherwise 0, so that one comparison checks both index and rank.</summary>
    private readonly long _lengthOfVector;

    /// <summary>The length of the first dimension if there are two, otherwise 0.</summary>
    private readonly long _rows;

    /// <summary>Whether disposing this array releases the memory.</summary>
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

    /// <summary>The total number of elements in all dimensions.</summary>
    public long Length { get; }

    /// <summary>Where the array starts in the memory, in bytes.</summary>
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

    /// <summary>An element of a one-dimensional array.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
    /// <exception cref="RankException">The array has more than one dimension.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
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
    /// <exception cref="RankException">The array is not two-dimensional.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
    public ref T this[long row, long column]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((ulong)row >= (ulong)_rows || (ulong)column >= (ulong)_shape.Second) ThrowIndex(2);
            return ref Start[(row * _shape.Second) + column];
        }
    }

    /// <summary>An element of a three-dimensional array.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
    /// <exception cref="RankException">The array is not three-dimensional.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
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
    /// <param name="dimension">The index of the dimension, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public long GetLength(int dimension) => _shape[dimension];

    /// <summary>
    /// Releases the memory in this process, even if other objects refer to it, and in the workers that received it. Disposing a
    /// view (<see cref="Slice"/>, <see cref="Plane"/>), or an array that came back to a process that already has it, only closes
    /// that object. A file that you created or opened is kept.
    /// </summary>
    public void Dispose()
    {
        var memory = Interlocked.Exchange(ref _memory, SharedMemory.Closed);
        if (_owns) memory.Close();
    }

    /// <summary>The memory that holds the array.</summary>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
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
        throw new IndexOutOfRangeException($"The index is outside the bounds of the array ({_shape}).");
    }
}
