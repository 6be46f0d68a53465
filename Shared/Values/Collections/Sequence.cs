using System.Runtime.CompilerServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// The elements of a collection, as an array of them would travel: in one block if they are no more than their bytes, else
/// one after the other.
/// </summary>
internal sealed class Sequence<T>
{
    private readonly ValueFormatter<T[]?> _array;
    private readonly ValueFormatter<T>? _element;

    public Sequence(FormatterBuilder builder)
    {
        _array = (ValueFormatter<T[]?>)builder.Get(typeof(T[]));
        if (_array is ArrayFormatter<T>) _element = (ValueFormatter<T>)builder.Get(typeof(T));
    }

    /// <summary>Writes a part of an array; a large block is written from where it lies.</summary>
    public void Write(ref MessagePackWriter writer, T[] array, int start, int count, Type collection, MessagePackSerializerOptions options)
    {
        if (_element is not null)
        {
            Elements.Write(ref writer, array.AsSpan(start, count), _element, collection, options);
            return;
        }

        var bytes = (long)count * Unsafe.SizeOf<T>();
        if (bytes > int.MaxValue) throw Refused.TooLong(collection, bytes);
        writer.WriteBlock(array, (long)start * Unsafe.SizeOf<T>(), (int)bytes, options);
    }

    public void Write(ref MessagePackWriter writer, T[] array, Type collection, MessagePackSerializerOptions options) =>
        Write(ref writer, array, 0, array.Length, collection, options);

    public T[] Read(ref MessagePackReader reader, Type collection, MessagePackSerializerOptions options)
    {
        if (_element is not null) return Elements.Read(ref reader, _element, collection, options);
        return _array.Deserialize(ref reader, options) ?? throw new BrokenValueException($"Nil stands where the elements of {collection} should.");
    }

    /// <summary>A value of a type that has one without an array; it is not nil, which a nullable one around it may be.</summary>
    public static void WriteDefault(ref MessagePackWriter writer) => writer.Write(false);

    /// <summary>Null for what <see cref="WriteDefault"/> wrote.</summary>
    public T[]? ReadOrDefault(ref MessagePackReader reader, Type collection, MessagePackSerializerOptions options)
    {
        if (reader.NextMessagePackType != MessagePackType.Boolean) return Read(ref reader, collection, options);
        return reader.ReadBoolean() ? throw new BrokenValueException($"True stands where {collection} should.") : null;
    }
}
