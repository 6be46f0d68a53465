using System.Runtime.CompilerServices;
using ProcessPool.Memory;

namespace ProcessPool;

/// <summary>Creates arrays that all workers on this machine share without a copy. See <see cref="SharedArray{T}"/>.</summary>
public static class SharedArray
{
    /// <summary>Creates an array of zeros.</summary>
    /// <typeparam name="T">The type of the elements: numbers, or structs of numbers, without references.</typeparam>
    /// <param name="length">The number of elements; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or too large.</exception>
    /// <exception cref="InsufficientMemoryException">The array needs more memory than is available now.</exception>
    /// <exception cref="ValueException"><typeparamref name="T"/> has no meaning in another process (<c>nint</c>).</exception>
    public static SharedArray<T> Create<T>(long length)
        where T : unmanaged => Create<T>([length]);

    /// <inheritdoc cref="Create{T}(long)"/>
    /// <summary>Creates a matrix of zeros, stored row by row.</summary>
    /// <param name="rows">The length of the first dimension; 0 or more.</param>
    /// <param name="columns">The length of the second dimension; 0 or more.</param>
    public static SharedArray<T> Create<T>(long rows, long columns)
        where T : unmanaged => Create<T>([rows, columns]);

    /// <inheritdoc cref="Create{T}(long)"/>
    /// <summary>Creates a three-dimensional array of zeros. The last dimension is contiguous in memory.</summary>
    /// <param name="first">The length of the first dimension; 0 or more.</param>
    /// <param name="second">The length of the second dimension; 0 or more.</param>
    /// <param name="third">The length of the third dimension; 0 or more.</param>
    public static SharedArray<T> Create<T>(long first, long second, long third)
        where T : unmanaged => Create<T>([first, second, third]);

    /// <summary>Creates an array of zeros in a new file. The file remains after the array is disposed.</summary>
    /// <typeparam name="T">The type of the elements: numbers, or structs of numbers, without references.</typeparam>
    /// <param name="path">The file, which must not exist yet. It contains the elements one after the other, as in memory.</param>
    /// <param name="length">The number of elements; 0 or more.</param>
    /// <exception cref="IOException">The file exists, or there is not enough space for it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or too large.</exception>
    /// <exception cref="ValueException"><typeparamref name="T"/> has no meaning in another process (<c>nint</c>).</exception>
    public static SharedArray<T> Create<T>(string path, long length)
        where T : unmanaged => Create<T>(path, [length]);

    /// <inheritdoc cref="Create{T}(string, long)"/>
    /// <summary>Creates a matrix of zeros in a new file, stored row by row.</summary>
    /// <param name="path">The file, which must not exist yet.</param>
    /// <param name="rows">The length of the first dimension; 0 or more.</param>
    /// <param name="columns">The length of the second dimension; 0 or more.</param>
    public static SharedArray<T> Create<T>(string path, long rows, long columns)
        where T : unmanaged => Create<T>(path, [rows, columns]);

    /// <inheritdoc cref="Create{T}(string, long)"/>
    /// <summary>Creates a three-dimensional array of zeros in a new file.</summary>
    /// <param name="path">The file, which must not exist yet.</param>
    /// <param name="first">The length of the first dimension; 0 or more.</param>
    /// <param name="second">The length of the second dimension; 0 or more.</param>
    /// <param name="third">The length of the third dimension; 0 or more.</param>
    public static SharedArray<T> Create<T>(string path, long first, long second, long third)
        where T : unmanaged => Create<T>(path, [first, second, third]);

    /// <summary>Opens a whole file as an array. Writing to the array writes to the file.</summary>
    /// <typeparam name="T">The type of the elements, which the file contains one after the other, as in memory.</typeparam>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be opened, its length does not match the number of elements, or it has holes
    /// for which there is not enough space.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <exception cref="ValueException"><typeparamref name="T"/> has no meaning in another process (<c>nint</c>).</exception>
    public static SharedArray<T> Open<T>(string path)
        where T : unmanaged => Open<T>(path, []);

    /// <inheritdoc cref="Open{T}(string)"/>
    /// <summary>Opens a file as an array. The file must contain exactly this number of elements.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">The number of elements.</param>
    public static SharedArray<T> Open<T>(string path, long length)
        where T : unmanaged => Open<T>(path, [length]);

    /// <inheritdoc cref="Open{T}(string)"/>
    /// <summary>Opens a file as a matrix, stored row by row. The file must contain exactly this number of elements.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The length of the first dimension.</param>
    /// <param name="columns">The length of the second dimension.</param>
    public static SharedArray<T> Open<T>(string path, long rows, long columns)
        where T : unmanaged => Open<T>(path, [rows, columns]);

    /// <inheritdoc cref="Open{T}(string)"/>
    /// <summary>Opens a file as a three-dimensional array. The file must contain exactly this number of elements.</summary>
    /// <param name="path">The file.</param>
    /// <param name="first">The length of the first dimension.</param>
    /// <param name="second">The length of the second dimension.</param>
    /// <param name="third">The length of the third dimension.</param>
    public static SharedArray<T> Open<T>(string path, long first, long second, long third)
        where T : unmanaged => Open<T>(path, [first, second, third]);

    private static SharedArray<T> Create<T>(ReadOnlySpan<long> lengths)
        where T : unmanaged
    {
        var shape = ShapeOf<T>(lengths);
        return new SharedArray<T>(SharedMemories.Create(shape.Length * Unsafe.SizeOf<T>()), 0, shape, owns: true);
    }

    private static SharedArray<T> Create<T>(string path, ReadOnlySpan<long> lengths)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var shape = ShapeOf<T>(lengths);
        var size = shape.Length * Unsafe.SizeOf<T>();
        return new SharedArray<T>(SharedMemories.Map(MemoryBacking.CreateFile(path, size), size), 0, shape, owns: true);
    }

    private static SharedArray<T> Open<T>(string path, ReadOnlySpan<long> lengths)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var size = new FileInfo(path).Length;
        var (count, rest) = Math.DivRem(size, Unsafe.SizeOf<T>());
        var shape = ShapeOf<T>(lengths.IsEmpty ? [count] : lengths);
        if (rest != 0 || shape.Length != count)
        {
            var expected = lengths.IsEmpty ? "not a whole number" : $"not {shape}";
            throw new IOException($"{path} has {size} bytes, which are {expected} of {TypeOfElements<T>()} ({Unsafe.SizeOf<T>()} bytes each).");
        }

        return new SharedArray<T>(SharedMemories.Map(MemoryBacking.OpenFile(path), size), 0, shape, owns: true);
    }

    private static Shape ShapeOf<T>(ReadOnlySpan<long> lengths)
        where T : unmanaged
    {
        SharedElements.Check(typeof(T));
        return Shape.Of(Unsafe.SizeOf<T>(), lengths);
    }

    private static string TypeOfElements<T>() => Values.TypeNames.Short(typeof(T));
}
