namespace ProcessPool.Values;

/// <summary>
/// A collection declared as an interface. It is sent as its actual type, which must be one of <see cref="KnownCollections"/>.
/// </summary>
internal class InterfaceFormatter<TInterface> : OneOfFormatter<TInterface>
    where TInterface : class
{
    public InterfaceFormatter(FormatterBuilder builder)
        : base(builder, KnownCollections.Count)
    {
        // Look up the element types now, so that types that cannot be sent are refused as early as possible.
        foreach (var argument in Type.GetGenericArguments()) builder.Get(argument);
    }

    protected sealed override int NumberOf(Type type)
    {
        // Arrays can be used as arrays of another type, and frozen collections are of derived classes.
        var number = KnownCollections.NumberOf(type);
        var closed = number < 0 ? null : TypeOf(number);
        return closed == type || (closed is { IsAbstract: true } && closed.IsAssignableFrom(type)) ? number : -1;
    }

    protected sealed override Type? TypeOf(int number) =>
        KnownCollections.Close(number, Type) is { } closed && closed.IsAssignableTo(Type) ? closed : null;

    protected override (int Number, TInterface Value) Replace(TInterface value) =>
        throw Refused.Collection(Type, value.GetType());
}

/// <summary>
/// A readable sequence declared as an interface. A known collection is sent as its actual type. Anything else (an iterator, a
/// query) is sent as an array of the elements that it yields at that moment.
/// </summary>
internal sealed class SequenceInterfaceFormatter<TInterface, T>(FormatterBuilder builder) : InterfaceFormatter<TInterface>(builder)
    where TInterface : class, IEnumerable<T>
{
    protected override (int Number, TInterface Value) Replace(TInterface value)
    {
        try
        {
            return (KnownCollections.Array, (TInterface)(object)value.ToArray());
        }
        catch (Exception e) when (e is not (ValueException or OperationCanceledException))
        {
            throw Refused.Enumeration(Type, value.GetType(), e);
        }
    }
}
