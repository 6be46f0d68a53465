using MessagePack;

namespace ProcessPool.Values;

/// <summary>A collection that consists only of its elements in their order. It is sent as an array of them.</summary>
internal abstract class SequenceFormatter<TCollection, T>(FormatterBuilder builder) : ContentFormatter<TCollection>
    where TCollection : class, IEnumerable<T>
{
    private readonly Sequence<T> _elements = new(builder);

    protected sealed override void WriteContent(ref MessagePackWriter writer, TCollection value, MessagePackSerializerOptions options)
    {
        if (value.GetType() != Type) throw Refused.RuntimeType(Type, value.GetType());
        _elements.Write(ref writer, Take(value), Type, options);
    }

    protected sealed override TCollection ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options) =>
        Make(_elements.Read(ref reader, Type, options));

    /// <summary>The elements in the order in which they are enumerated.</summary>
    protected virtual T[] Take(TCollection collection) => collection.ToArray();

    /// <summary>Creates the collection that enumerates its elements in this order. It may keep or change the array.</summary>
    protected abstract TCollection Make(T[] elements);
}
