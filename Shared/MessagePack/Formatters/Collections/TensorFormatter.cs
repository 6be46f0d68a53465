using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ProcessPool.MessagePack;

/// <summary>
/// A tensor: an array of whether it is pinned, of its lengths, and of its elements. It arrives dense, whatever it was a
/// slice of.
/// </summary>
internal sealed class TensorFormatter<T>(FormatterBuilder builder) : Formatter<Tensor<T>?>
{
    private readonly Sequence<T> _elements = new(builder);

    public override void Write(MessagePackWriter writer, Tensor<T>? tensor)
    {
        if (tensor is null)
        {
            writer.WriteNil();
            return;
        }

        // A length that is repeated without being stored has no bound.
        if (tensor.FlattenedLength > Array.MaxLength) throw Refused.TooLong(Type, tensor.FlattenedLength);
        var elements = new T[(int)tensor.FlattenedLength];
        if (tensor.Rank > 0) tensor.FlattenTo(elements);
        writer.WriteArrayHeader(3);
        writer.Write(tensor.IsPinned);
        writer.WriteArrayHeader(tensor.Rank);
        foreach (var length in tensor.Lengths) writer.Write((long)length);
        _elements.Write(writer, elements, Type);
    }

    public override Tensor<T>? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        var count = reader.ReadArrayHeader();
        if (count != 3) throw new MessagePackException($"Expected the three parts of a tensor, found an array of {count}.");
        var isPinned = reader.ReadBoolean();
        var lengths = ReadLengths(reader, out var product);
        var elements = _elements.Read(reader, Type);
        if (product != elements.Length) throw new MessagePackException($"The lengths say {product} elements, and {elements.Length} are there.");
        if (lengths.Length == 0) return Tensor<T>.Empty;
        return isPinned ? Pin(elements, lengths) : Tensor.Create(elements, lengths);
    }

    private static nint[] ReadLengths(MessagePackReader reader, out long product)
    {
        var lengths = new List<nint>();
        product = 1;
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            var length = reader.ReadInt64(0, Array.MaxLength, "the length of a tensor");
            product *= length;
            if (product > Array.MaxLength) throw new MessagePackException("The lengths are more than a tensor can have.");
            lengths.Add((nint)length);
        }

        // No lengths are those of the empty tensor.
        if (lengths.Count == 0) product = 0;
        return [.. lengths];
    }

    private static Tensor<T> Pin(T[] elements, nint[] lengths)
    {
        if (System.Runtime.CompilerServices.RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            throw new MessagePackException($"{typeof(Tensor<T>)} cannot be pinned.");
        var tensor = Tensor.CreateFromShapeUninitialized<T>(lengths, pinned: true);
        elements.CopyTo(MemoryMarshal.CreateSpan(ref tensor.GetPinnableReference(), elements.Length));
        return tensor;
    }
}
