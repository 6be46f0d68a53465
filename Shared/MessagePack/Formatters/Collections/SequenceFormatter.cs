namespace ProcessPool.MessagePack;

/// <summary>A collection that is its elements and their order, and nothing else: as an array of them.</summary>
internal abstract class SequenceFormatter<TCollection, T>(FormatterBuilder builder) : Formatter<TCollection?>
    where TCollection : class, IEnumerable<T>
{
    private readonly Sequence<T> _elements = new(builder);

    public sealed override void Write(MessagePackWriter writer, TCollection? value)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        if (value.GetType() != Type) throw Refused.RuntimeType(Type, value.GetType());
        _elements.Write(writer, Take(value), Type);
    }

    public sealed override TCollection? Read(MessagePackReader reader) =>
        reader.TryReadNil() ? null : Make(_elements.Read(reader, Type));

    /// <summary>The elements in the order in which they are enumerated.</summary>
    protected virtual T[] Take(TCollection collection) => collection.ToArray();

    /// <summary>The collection that is enumerated in this order; it may keep or change the array.</summary>
    protected abstract TCollection Make(T[] elements);
}
