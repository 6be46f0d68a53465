namespace ProcessPool.MessagePack;

/// <summary>Writes and reads the values of one .NET type; found by the declared type, see <see cref="Formatters"/>.</summary>
internal abstract class Formatter
{
    /// <summary>The type whose values it writes and reads.</summary>
    public abstract Type Type { get; }

    /// <summary><see cref="Formatter{T}.Write"/> for callers that know the type only at run time.</summary>
    public abstract void WriteObject(MessagePackWriter writer, object? value);

    /// <summary><see cref="Formatter{T}.Read"/> for callers that know the type only at run time.</summary>
    public abstract object? ReadObject(MessagePackReader reader);
}

/// <inheritdoc/>
internal abstract class Formatter<T> : Formatter
{
    public override Type Type => typeof(T);

    /// <summary>Writes one value.</summary>
    /// <exception cref="ValueException">The value cannot be sent to another process.</exception>
    public abstract void Write(MessagePackWriter writer, T value);

    /// <summary>Reads one value.</summary>
    /// <exception cref="MessagePackException">The bytes are no such value.</exception>
    public abstract T Read(MessagePackReader reader);

    public sealed override void WriteObject(MessagePackWriter writer, object? value) => Write(writer, (T)value!);

    public sealed override object? ReadObject(MessagePackReader reader) => Read(reader);
}
