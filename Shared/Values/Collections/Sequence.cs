using System.Runtime.CompilerServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// Sends the elements of a collection the same way as an array of them: in one block if they are just their bytes, otherwise one
/// after the other.
/// </summary>
internal sealed class Sequence<T>
{
    private readonly IBlockFormatter<T>? _block;
    private readonly ValueFormatter<T>? _element;

    public Sequence(FormatterBuilder builder)
    {
        _block = builder.Get(typeof(T[])) as IBlockFormatter<T>;
        if (_block is null) _element = (ValueFormatter<T>)builder.Get(typeof(T));
    }

    /// <summary>Writes a part of an array. A large block is not copied.</summary>
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

    public T[] Read(ref MessagePackReader reader, Type collection, MessagePackSerializerOptions options) =>
        _block?.ReadElements(ref reader) ?? Elements.Read(ref reader, _element!, collection, options);

    /// <summary>
    /// Writes the default value of a type whose default has no array. It must differ from nil, which means a null nullable.
    /// </summary>
    public static void WriteDefault(ref MessagePackWriter writer) => writer.Write(false);

    /// <summary>Reads the elements; null if <see cref="WriteDefault"/> wrote the value.</summary>
    public T[]? ReadOrDefault(ref MessagePackReader reader, Type collection, MessagePackSerializerOptions options)
    {
        if (reader.NextMessagePackType != MessagePackType.Boolean) return Read(ref reader, collection, options);
        return reader.ReadBoolean() ? throw new BrokenValueException($"Expected {collection}, found true.") : null;
    }
}
