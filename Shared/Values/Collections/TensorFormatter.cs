using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// A tensor: an array of whether it is pinned, its lengths and its elements. It arrives dense, even if it was a slice of another
/// tensor.
/// </summary>
internal sealed class TensorFormatter<T>(FormatterBuilder builder) : ContentFormatter<Tensor<T>>
{
    private readonly Sequence<T> _elements = new(builder);

    protected override void WriteContent(ref MessagePackWriter writer, Tensor<T> tensor, MessagePackSerializerOptions options)
    {
        // Lengths have no bound here: a broadcast tensor repeats elements without storing them.
        if (tensor.FlattenedLength > Array.MaxLength) throw Refused.TooLong(Type, tensor.FlattenedLength);
        var elements = new T[(int)tensor.FlattenedLength];
        if (tensor.Rank > 0) tensor.FlattenTo(elements);
        writer.WriteArrayHeader(3);
        writer.Write(tensor.IsPinned);
        writer.WriteArrayHeader(tensor.Rank);
        foreach (var length in tensor.Lengths) writer.Write((long)length);
        _elements.Write(ref writer, elements, Type, options);
    }

    protected override Tensor<T> ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        var count = reader.ReadArrayHeader();
        if (count != 3) throw new BrokenValueException($"Expected the three parts of a tensor, found an array of {count}.");
        var isPinned = reader.ReadBoolean();
        var lengths = ReadLengths(ref reader, out var product);
        var elements = _elements.Read(ref reader, Type, options);
        if (product != elements.Length) throw new BrokenValueException($"The lengths stand for {product} elements, but there are {elements.Length}.");
        if (lengths.Length == 0) return Tensor<T>.Empty;
        return isPinned ? Pin(elements, lengths) : Tensor.Create(elements, lengths);
    }

    private static nint[] ReadLengths(ref MessagePackReader reader, out long product)
    {
        var lengths = new List<nint>();
        product = 1;
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            var length = reader.ReadNumber(0, Array.MaxLength, "the length of a tensor");
            product *= length;
            if (product > Array.MaxLength) throw new BrokenValueException("The lengths are larger than a tensor can have.");
            lengths.Add((nint)length);
        }

        // The empty tensor has no lengths.
        if (lengths.Count == 0) product = 0;
        return [.. lengths];
    }

    private static Tensor<T> Pin(T[] elements, nint[] lengths)
    {
        if (System.Runtime.CompilerServices.RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            throw new BrokenValueException($"{typeof(Tensor<T>)} cannot be pinned.");
        var tensor = Tensor.CreateFromShapeUninitialized<T>(lengths, pinned: true);
        elements.CopyTo(MemoryMarshal.CreateSpan(ref tensor.GetPinnableReference(), elements.Length));
        return tensor;
    }
}
