using System.Buffers;
using MessagePack;
using MessagePack.Formatters;
using ProcessPool.Frames;

namespace ProcessPool.Values;

/// <summary>Writes and reads the values of one .NET type; found by the declared type, see <see cref="Formatters"/>.</summary>
internal abstract class ValueFormatter
{
    /// <summary>The type whose values it writes and reads.</summary>
    public abstract Type Type { get; }

    /// <summary><see cref="ValueFormatter{T}.Serialize"/> for callers that know the type only at run time.</summary>
    public abstract void SerializeObject(ref MessagePackWriter writer, object? value, MessagePackSerializerOptions options);

    /// <summary><see cref="ValueFormatter{T}.Deserialize"/> for callers that know the type only at run time.</summary>
    public abstract object? DeserializeObject(ref MessagePackReader reader, MessagePackSerializerOptions options);

    /// <summary>Where bytes belong that are all of a value; null if its values are never just a block of so many.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory for them.</exception>
    public virtual MemoryManager<byte>? MakeBlock(int bytes) => null;

    /// <summary>Reads one value that lies within no other: here what the library throws becomes an exception of our own.</summary>
    /// <exception cref="BrokenValueException">The bytes are no such value.</exception>
    public object? ReadObject(ref MessagePackReader reader, ValueContext context)
    {
        try
        {
            return DeserializeObject(ref reader, context);
        }
        catch (Exception e) when (BrokenValueException.MustReplace(e))
        {
            throw BrokenValueException.Of(e);
        }
    }
}

/// <inheritdoc/>
internal abstract class ValueFormatter<T> : ValueFormatter, IMessagePackFormatter<T>
{
    public override Type Type => typeof(T);

    /// <summary>Writes one value.</summary>
    /// <exception cref="ValueException">The value cannot be sent to another process.</exception>
    public abstract void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options);

    /// <summary>Reads one value.</summary>
    /// <exception cref="MessagePackSerializationException">The bytes are no such value; or another that <see cref="BrokenValueException.Covers"/>.</exception>
    public abstract T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options);

    /// <inheritdoc cref="ValueFormatter.ReadObject"/>
    /// <param name="reader">Where it is.</param>
    /// <param name="context">Whose bytes they are.</param>
    /// <param name="frame">The frame that it must lie in, if the reader does not end with that.</param>
    public T Read(ref MessagePackReader reader, ValueContext context, FrameReader? frame = null)
    {
        try
        {
            var value = Deserialize(ref reader, context);
            return frame?.IsBeyond(ref reader) != true ? value : throw new EndOfStreamException();
        }
        catch (Exception e) when (BrokenValueException.MustReplace(e))
        {
            throw BrokenValueException.Of(e);
        }
    }

    public sealed override void SerializeObject(ref MessagePackWriter writer, object? value, MessagePackSerializerOptions options) =>
        Serialize(ref writer, (T)value!, options);

    public sealed override object? DeserializeObject(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        Deserialize(ref reader, options);
}

/// <summary>One of the library's own formatters, which does just what is wanted.</summary>
internal sealed class LibraryFormatter<T>(IMessagePackFormatter<T> formatter) : ValueFormatter<T>
{
    public override void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options) =>
        formatter.Serialize(ref writer, value, options);

    public override T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        formatter.Deserialize(ref reader, options);
}
