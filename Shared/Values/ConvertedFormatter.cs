using MessagePack;

namespace ProcessPool.Values;

/// <summary>Sends values as other data: converts each value to data, and the data back to a value. Null is nil.</summary>
/// <param name="toData">Returns the data to send. If it throws, the value cannot be sent.</param>
/// <param name="fromData">Returns the value again.</param>
/// <param name="byUser">Whether the conversion is a user's. Errors are then reported as failures of the conversion.</param>
/// <param name="derived">Whether objects of derived classes are converted too. They arrive as what fromData returns.</param>
internal sealed class ConvertedFormatter<T, TData>(Func<T, TData> toData, Func<TData, T> fromData, bool byUser = false, bool derived = false)
    : ContentFormatter<T>, ITwoStepFormatter
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

    protected override bool NeedsCompleteContent => byUser;

    protected override void WriteContent(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
    {
        if (MayBeDerived && !derived && value!.GetType() != typeof(T)) throw Refused.RuntimeType(typeof(T), value.GetType());
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

    protected override T ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
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
                ? Refused.Conversion(typeof(T), "could not be recreated from the data that was sent for it", e)
                : new BrokenValueException($"Expected data of {TypeNames.Full(typeof(T))}: {e.Message}");
        }

        throw byUser
            ? Refused.Conversion(typeof(T), "became null when it was recreated", null)
            : new BrokenValueException($"This is not data of {TypeNames.Full(typeof(T))}.");
    }

    private TData Convert(T value)
    {
        try
        {
            // The reader would take null for a value that was null itself.
            if (toData(value) is { } data) return data;
        }
        catch (Exception e)
        {
            throw Refused.Conversion(typeof(T), "could not be converted to the data that is sent for it", e);
        }

        throw Refused.Conversion(typeof(T), "was converted to null, which is not allowed", null);
    }
}
