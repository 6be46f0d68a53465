using System.Buffers;
using System.Runtime.CompilerServices;
using MessagePack;
using MessagePack.Formatters;
using ProcessPool.Frames;

namespace ProcessPool.Values;

/// <summary>Writes and reads the values of one .NET type. <see cref="Formatters"/> finds it by the declared type.</summary>
internal abstract class ValueFormatter
{
    /// <summary>The type of the values.</summary>
    public abstract Type Type { get; }

    /// <summary><see cref="ValueFormatter{T}.Serialize"/> for callers that know the type only at run time.</summary>
    public abstract void SerializeObject(ref MessagePackWriter writer, object? value, MessagePackSerializerOptions options);

    /// <summary><see cref="ValueFormatter{T}.Write"/> for callers that know the type only at run time.</summary>
    public abstract void WriteObject(ref MessagePackWriter writer, object? value, ValueContext context);

    /// <summary><see cref="ValueFormatter{T}.Deserialize"/> for callers that know the type only at run time.</summary>
    public abstract object? DeserializeObject(ref MessagePackReader reader, MessagePackSerializerOptions options);

    /// <summary>
    /// Whether each value is one number or the like: a few bytes, which neither a user's code nor anything that can fail writes, and
    /// no object. Several such values can be written and read in one go.
    /// </summary>
    public virtual bool IsSimple => false;

    /// <summary>
    /// Creates the memory for a value that consists of a single block of this many bytes; null if the type has no such values.
    /// </summary>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public virtual MemoryManager<byte>? MakeBlock(int bytes) => null;

    /// <summary>
    /// Reads one outermost value, and replaces exceptions of MessagePack-CSharp with <see cref="BrokenValueException"/>.
    /// </summary>
    /// <exception cref="BrokenValueException">The bytes are not a value of the type.</exception>
    public abstract object? ReadObject(ref MessagePackReader reader, ValueContext context);
}

/// <inheritdoc/>
internal abstract class ValueFormatter<T> : ValueFormatter, IMessagePackFormatter<T>
{
    /// <summary>Null until it is needed.</summary>
    private InnerValueFormatter<T>? _ofInnerValues;

    private static readonly bool HoldsObjects = RuntimeHelpers.IsReferenceOrContainsReferences<T>() && typeof(T) != typeof(string);

    public override Type Type => typeof(T);

    /// <summary>Writes one value.</summary>
    /// <exception cref="ValueException">The value cannot be sent to another process.</exception>
    public abstract void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options);

    /// <summary>Reads one value.</summary>
    /// <exception cref="MessagePackSerializationException">The bytes are not a value of the type. Any other exception for which
    /// <see cref="BrokenValueException.Covers"/> returns true means the same.</exception>
    public abstract T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options);

    /// <summary>The formatter for values within those of a user's formatter.</summary>
    public IMessagePackFormatter<T> OfInnerValues => HoldsObjects ? _ofInnerValues ??= new InnerValueFormatter<T>(this) : this;

    /// <inheritdoc cref="ValueFormatter.ReadObject"/>
    /// <param name="reader">The bytes to read from.</param>
    /// <param name="context">The context to read with.</param>
    /// <param name="frame">The frame that must contain the value, if the reader can read past the frame's end.</param>
    public T Read(ref MessagePackReader reader, ValueContext context, FrameReader? frame = null)
    {
        try
        {
            var value = HoldsObjects ? ReadScoped(ref reader, context) : Deserialize(ref reader, context);
            return frame?.IsBeyond(ref reader) != true ? value : throw new EndOfStreamException();
        }
        catch (Exception e) when (BrokenValueException.MustReplace(e))
        {
            throw BrokenValueException.Of(e);
        }
    }

    /// <summary>Reads outermost values, one after the other.</summary>
    /// <inheritdoc cref="Read(ref MessagePackReader, ValueContext, FrameReader?)"/>
    /// <param name="reader">The bytes to read from.</param>
    /// <param name="context">The context to read with.</param>
    /// <param name="frame">The frame that must contain the values.</param>
    /// <param name="values">Receives the values.</param>
    /// <param name="done">Incremented with each value.</param>
    public void Read(ref MessagePackReader reader, ValueContext context, FrameReader frame, Span<T> values, ref int done)
    {
        try
        {
            foreach (ref var value in values)
            {
                value = HoldsObjects ? ReadScoped(ref reader, context) : Deserialize(ref reader, context);
                if (frame.IsBeyond(ref reader)) throw new EndOfStreamException();
                done++;
            }
        }
        catch (Exception e) when (BrokenValueException.MustReplace(e))
        {
            throw BrokenValueException.Of(e);
        }
    }

    /// <summary>Writes one outermost value: an argument, a result, a report.</summary>
    /// <inheritdoc cref="Serialize"/>
    /// <param name="writer">A writer to the context's message.</param>
    /// <param name="value">The value.</param>
    /// <param name="context">The context of the message.</param>
    public void Write(ref MessagePackWriter writer, T value, ValueContext context)
    {
        if (!HoldsObjects)
        {
            Serialize(ref writer, value, context);
            return;
        }

        var scope = new WriteScope(ref writer, context.Message);
        Serialize(ref writer, value, context);
        scope.End(ref writer, context);
    }

    public sealed override object? ReadObject(ref MessagePackReader reader, ValueContext context) => Read(ref reader, context);

    public sealed override void WriteObject(ref MessagePackWriter writer, object? value, ValueContext context) => Write(ref writer, (T)value!, context);

    public sealed override void SerializeObject(ref MessagePackWriter writer, object? value, MessagePackSerializerOptions options) =>
        Serialize(ref writer, (T)value!, options);

    public sealed override object? DeserializeObject(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        Deserialize(ref reader, options);

    private T ReadScoped(ref MessagePackReader reader, ValueContext context)
    {
        using var scope = new ReadScope(ref reader);
        var value = Deserialize(ref reader, context);
        scope.Complete(ref reader, context);
        return value;
    }
}

/// <summary>Wraps a formatter of MessagePack-CSharp that can be used as it is.</summary>
internal sealed class LibraryFormatter<T>(IMessagePackFormatter<T> formatter) : ValueFormatter<T>
{
    public override bool IsSimple { get; } = typeof(T).IsPrimitive || typeof(T).IsEnum;

    public override void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options) =>
        formatter.Serialize(ref writer, value, options);

    public override T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        formatter.Deserialize(ref reader, options);
}
