using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// An array that has several dimensions, or whose first index is not 0. The encoding is an array of the bounds (the lower bound
/// and the length of each dimension) and the elements in memory order, with the last index varying fastest.
/// </summary>
/// <typeparam name="TArray">The type of the array.</typeparam>
/// <typeparam name="T">The type of its elements.</typeparam>
internal sealed class MultiArrayFormatter<TArray, T>(FormatterBuilder builder) : ContentFormatter<TArray>
    where TArray : class
{
    private readonly ValueFormatter<T> _element = (ValueFormatter<T>)builder.Get(typeof(T));
    private readonly bool _isBlock = builder.Get(typeof(T[])) is not ArrayFormatter<T>;

    protected override void WriteContent(ref MessagePackWriter writer, TArray value, MessagePackSerializerOptions options)
    {
        var array = (Array)(object)value;
        if (array.GetType() != Type) throw Refused.RuntimeType(Type, array.GetType());
        writer.WriteArrayHeader(2);
        ArrayShape.Write(ref writer, array);
        if (_isBlock) WriteBlock(ref writer, array, options);
        else WriteElements(ref writer, array, options);
    }

    protected override TArray ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        var count = reader.ReadArrayHeader();
        if (count != 2) throw new BrokenValueException($"Expected bounds and elements, found an array of {count}.");
        var shape = ArrayShape.Read(ref reader, Type.GetArrayRank());
        return (TArray)(object)(_isBlock ? ReadBlock(ref reader, shape) : ReadElements(ref reader, shape, options));
    }

    private void WriteBlock(ref MessagePackWriter writer, Array array, MessagePackSerializerOptions options)
    {
        var bytes = array.LongLength * Unsafe.SizeOf<T>();
        if (bytes > int.MaxValue) throw Refused.TooLong(Type, bytes);
        writer.WriteBlock(array, 0, (int)bytes, options);
    }

    private void WriteElements(ref MessagePackWriter writer, Array array, MessagePackSerializerOptions options)
    {
        ValueContext.Enter(options, Type);
        var elements = Span(array);
        writer.WriteArrayHeader(elements.Length);
        var index = 0;
        try
        {
            for (; index < elements.Length; index++) _element.Serialize(ref writer, elements[index], options);
        }
        catch (ValueException e) when (e.Passes(Type, ArrayShape.StepTo(array, index)))
        {
            throw;
        }

        ValueContext.Leave(options);
    }

    private Array ReadBlock(ref MessagePackReader reader, ArrayShape shape)
    {
        var bytes = reader.ReadBlock();
        shape.Check(Math.DivRem((int)bytes.Length, Unsafe.SizeOf<T>(), out var rest), rest);
        var array = shape.Create(Type);
        bytes.CopyTo(Bytes(array));
        ValidBits.Check<T>(Span(array));
        return array;
    }

    private Array ReadElements(ref MessagePackReader reader, ArrayShape shape, MessagePackSerializerOptions options)
    {
        // Read the elements before creating the array, because a sender can claim any bounds at no cost.
        var elements = Elements.Read(ref reader, _element, Type, options);
        shape.Check(elements.Length, 0);
        var array = shape.Create(Type);
        elements.CopyTo(Span(array));
        return array;
    }

    private static Span<T> Span(Array array) => MemoryMarshal.CreateSpan(
        ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    private static Span<byte> Bytes(Array array) => MemoryMarshal.CreateSpan(
        ref MemoryMarshal.GetArrayDataReference(array), array.Length * Unsafe.SizeOf<T>());
}

/// <summary>The lower bound and the length of each dimension of an array.</summary>
internal readonly struct ArrayShape
{
    private readonly int[] _starts;
    private readonly int[] _lengths;

    private ArrayShape(int rank)
    {
        _starts = new int[rank];
        _lengths = new int[rank];
    }

    public static void Write(ref MessagePackWriter writer, Array array)
    {
        writer.WriteArrayHeader(2 * array.Rank);
        for (var i = 0; i < array.Rank; i++)
        {
            writer.Write(array.GetLowerBound(i));
            writer.Write(array.GetLength(i));
        }
    }

    public static ArrayShape Read(ref MessagePackReader reader, int rank)
    {
        var count = reader.ReadArrayHeader();
        if (count != 2 * rank) throw new BrokenValueException($"Expected the bounds of {rank} dimensions, found an array of {count}.");
        var shape = new ArrayShape(rank);
        for (var i = 0; i < rank; i++)
        {
            shape._starts[i] = reader.ReadInt32();
            shape._lengths[i] = (int)reader.ReadNumber(0, Array.MaxLength, "the length of an array");
        }

        return shape;
    }

    /// <summary>Compares the lengths with the actual number of elements.</summary>
    public void Check(int count, int rest)
    {
        ulong product = 1;
        for (var i = 0; i < _lengths.Length; i++)
        {
            // If this product overflows, the runtime refuses to create the array even if a later dimension is empty.
            product *= (uint)_lengths[i];
            if (product > uint.MaxValue || (long)_starts[i] + _lengths[i] - 1 > int.MaxValue)
                throw new BrokenValueException("The bounds are larger than an array can have.");
        }

        if (product != (ulong)count || rest != 0)
            throw new BrokenValueException($"The bounds stand for {product} elements, but there are {count}.");
    }

    public Array Create(Type type) => Array.CreateInstanceFromArrayType(type, _lengths, _starts);

    /// <summary>The indices of the element at this position, for a path: <c>[1, 2]</c>.</summary>
    public static string StepTo(Array array, int place)
    {
        var indices = new int[array.Rank];
        for (var i = array.Rank - 1; i >= 0; i--)
        {
            (place, var index) = Math.DivRem(place, array.GetLength(i));
            indices[i] = array.GetLowerBound(i) + index;
        }

        return $"[{string.Join(", ", indices)}]";
    }
}
