using MessagePack;

namespace ProcessPool.Values;

/// <summary>Values that travel as other data, which they are converted to and made from again; nil for null.</summary>
/// <param name="toData">What travels for a value; whatever it throws refuses that value.</param>
/// <param name="fromData">The value again.</param>
/// <param name="byUser">Whether the conversion is a user's: then what it throws is told as such.</param>
/// <param name="derived">Whether objects of derived classes are converted too, and arrive as what fromData makes.</param>
internal sealed class ConvertedFormatter<T, TData>(Func<T, TData> toData, Func<TData, T> fromData, bool byUser = false, bool derived = false)
    : ValueFormatter<T>, ITwoStepFormatter
{
    private static readonly bool MayBeDerived = typeof(T) is { IsValueType: false, IsSealed: false, IsAbstract: false };

    private ValueFormatter<TData> _data = null!;

    public void Initialize(FormatterBuilder builder)
    {
        try
        {
            _data = (ValueFormatter<TData>)builder.Get(typeof(TData));
        }
        catch (ValueException e) when (e.Passes(typeof(T), ""))
        {
            throw;
        }
    }

    public override void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        if (MayBeDerived && !derived && value.GetType() != typeof(T)) throw Refused.RuntimeType(typeof(T), value.GetType());
        ValueContext.Enter(options, typeof(T));
        try
        {
            _data.Serialize(ref writer, Convert(value), options);
        }
        catch (ValueException e) when (e.Passes(typeof(T), ""))
        {
            throw;
        }

        ValueContext.Leave(options);
    }

    public override T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (!typeof(T).IsValueType && reader.TryReadNil()) return default!;
        ValueContext.Enter(ref reader);
        TData data;
        try
        {
            data = _data.Deserialize(ref reader, options);
        }
        catch (Exception e) when (ValuePath.IsMissing(e, typeof(T), ""))
        {
            throw ValuePath.With(e, typeof(T), "");
        }

        ValueContext.Leave(ref reader);
        try
        {
            if (data is not null && fromData(data) is { } value) return value;
        }
        catch (Exception e)
        {
            throw byUser
                ? Refused.Conversion(typeof(T), "could not be made again from what was sent for it", e)
                : new BrokenValueException($"Expected what {TypeNames.Full(typeof(T))} is made from: {e.Message}");
        }

        throw byUser
            ? Refused.Conversion(typeof(T), "became null when it was made again", null)
            : new BrokenValueException($"Nothing like {TypeNames.Full(typeof(T))} is made from this.");
    }

    private TData Convert(T value)
    {
        try
        {
            // Null would read as a value that was null itself.
            if (toData(value) is { } data) return data;
        }
        catch (Exception e)
        {
            throw Refused.Conversion(typeof(T), "could not be converted into what is sent for it", e);
        }

        throw Refused.Conversion(typeof(T), "was converted into null, which stands for no value", null);
    }
}
