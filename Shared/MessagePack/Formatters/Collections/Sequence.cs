using System.Runtime.CompilerServices;

namespace ProcessPool.MessagePack;

/// <summary>
/// The elements of a collection, as an array of them would travel: in one block if they are no more than their bytes, else
/// one after the other.
/// </summary>
internal sealed class Sequence<T>
{
    private readonly Formatter<T[]?> _array;
    private readonly Formatter<T>? _element;

    public Sequence(FormatterBuilder builder)
    {
        _array = (Formatter<T[]?>)builder.Get(typeof(T[]));
        if (_array is ArrayFormatter<T>) _element = (Formatter<T>)builder.Get(typeof(T));
    }

    /// <summary>Writes a part of an array; a large block is written from where it lies.</summary>
    public void Write(MessagePackWriter writer, T[] array, int start, int count, Type collection)
    {
        if (_element is not null)
        {
            Elements.Write(writer, array.AsSpan(start, count), _element, collection);
            return;
        }

        var bytes = (long)count * Unsafe.SizeOf<T>();
        if (bytes > int.MaxValue) throw Refused.TooLong(collection, bytes);
        writer.WriteBlock(array, (long)start * Unsafe.SizeOf<T>(), (int)bytes);
    }

    public void Write(MessagePackWriter writer, T[] array, Type collection) => Write(writer, array, 0, array.Length, collection);

    public T[] Read(MessagePackReader reader, Type collection)
    {
        if (_element is not null) return Elements.Read(reader, _element, collection);
        return _array.Read(reader) ?? throw new MessagePackException($"Nil stands where the elements of {collection} should.");
    }

    /// <summary>A value of a type that has one without an array; it is not nil, which a nullable one around it may be.</summary>
    public static void WriteDefault(MessagePackWriter writer) => writer.Write(false);

    /// <summary>Null for what <see cref="WriteDefault"/> wrote.</summary>
    public T[]? ReadOrDefault(MessagePackReader reader, Type collection)
    {
        if (reader.NextType != MessagePackType.Boolean) return Read(reader, collection);
        return reader.ReadBoolean() ? throw new MessagePackException($"True stands where {collection} should.") : null;
    }
}
