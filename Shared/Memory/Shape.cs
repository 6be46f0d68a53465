namespace ProcessPool.Memory;

/// <summary>The lengths of an array of one to three dimensions. The last dimension is contiguous in memory.</summary>
internal readonly struct Shape
{
    public const int MostDimensions = 3;

    private Shape(int rank, long first, long second, long third)
    {
        Rank = rank;
        First = first;
        Second = second;
        Third = third;
    }

    public int Rank { get; }

    public long First { get; }

    /// <summary>1 if there is no second dimension.</summary>
    public long Second { get; }

    /// <summary>1 if there is no third dimension.</summary>
    public long Third { get; }

    /// <summary>The number of elements. Their size in bytes always fits in 64 bits.</summary>
    public long Length => First * Second * Third;

    public long this[int dimension] => (uint)dimension < (uint)Rank
        ? dimension switch { 0 => First, 1 => Second, _ => Third }
        : throw new ArgumentOutOfRangeException(nameof(dimension), dimension, $"The array has {Rank} dimensions.");

    /// <exception cref="ArgumentOutOfRangeException">A length is negative, or the array is too large.</exception>
    public static Shape Of(int elementSize, ReadOnlySpan<long> lengths)
    {
        Int128 bytes = elementSize;
        foreach (var length in lengths)
        {
            if (length < 0) throw new ArgumentOutOfRangeException(nameof(lengths), length, "A length must be 0 or more.");

            // The product stays below 2^126, which fits.
            bytes = bytes <= long.MaxValue ? bytes * length : bytes;
        }

        if (bytes > long.MaxValue) throw new ArgumentOutOfRangeException(nameof(lengths), $"An array of {string.Join(" × ", lengths.ToArray())} elements is too large.");
        return new Shape(lengths.Length, lengths[0], lengths.Length > 1 ? lengths[1] : 1, lengths.Length > 2 ? lengths[2] : 1);
    }

    /// <summary>The same shape with a different length of the first dimension, which must not be greater.</summary>
    public Shape WithFirst(long count) => new(Rank, count, Second, Third);

    /// <summary>The shape of the part at one index of the first dimension.</summary>
    public Shape Inner => new(Rank - 1, Second, Third, 1);

    public override string ToString() => Rank switch { 1 => $"{First}", 2 => $"{First} × {Second}", _ => $"{First} × {Second} × {Third}" };
}
