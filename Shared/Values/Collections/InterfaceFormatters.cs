namespace ProcessPool.Values;

/// <summary>A collection declared as an interface: as the collection it is, if that is one of <see cref="KnownCollections"/>.</summary>
internal class InterfaceFormatter<TInterface> : OneOfFormatter<TInterface>
    where TInterface : class
{
    public InterfaceFormatter(FormatterBuilder builder)
        : base(builder, KnownCollections.Count)
    {
        // What the collections hold is looked at now, so that types alone are refused as soon as they can be.
        foreach (var argument in Type.GetGenericArguments()) builder.Get(argument);
    }

    protected sealed override int NumberOf(Type type)
    {
        // Arrays pass for arrays of another type, and frozen collections are of classes of their own.
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
/// A sequence to read, declared as an interface: as the collection it is, and anything else (an iterator, a query) as an
/// array of the elements that it has when it is sent.
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
