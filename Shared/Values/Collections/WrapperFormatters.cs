using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// A collection that wraps another one. The inner collection is sent, so its type, comparer and order are kept.
/// </summary>
internal abstract class WrapperFormatter<TWrapper, TInner>(FormatterBuilder builder) : ContentFormatter<TWrapper>
    where TWrapper : class
    where TInner : class
{
    private readonly ValueFormatter<TInner?> _inner = (ValueFormatter<TInner?>)builder.Get(typeof(TInner));

    protected sealed override void WriteContent(ref MessagePackWriter writer, TWrapper value, MessagePackSerializerOptions options)
    {
        if (value.GetType() != Type) throw Refused.RuntimeType(Type, value.GetType());
        ValueContext.Enter(options, Type);
        writer.WriteArrayHeader(1);
        try
        {
            _inner.Serialize(ref writer, Unwrap(value), options);
        }
        catch (ValueException e) when (e.Passes(Type, ""))
        {
            throw;
        }

        ValueContext.Leave(options);
    }

    protected sealed override TWrapper ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        ValueContext.Enter(ref reader);
        var count = reader.ReadArrayHeader();
        if (count != 1 || _inner.Deserialize(ref reader, options) is not { } inner)
            throw new BrokenValueException($"Expected an array of the one collection within {Type}.");
        ValueContext.Leave(ref reader);
        return Wrap(inner);
    }

    protected abstract TInner Unwrap(TWrapper wrapper);

    protected abstract TWrapper Wrap(TInner inner);
}

/// <summary>A read-only wrapper of a list.</summary>
internal sealed class ReadOnlyCollectionFormatter<T>(FormatterBuilder builder) : WrapperFormatter<ReadOnlyCollection<T>, IList<T>>(builder)
{
    protected override IList<T> Unwrap(ReadOnlyCollection<T> wrapper) => Inner(wrapper);

    protected override ReadOnlyCollection<T> Wrap(IList<T> inner) => new(inner);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Items")]
    private static extern IList<T> Inner(ReadOnlyCollection<T> wrapper);
}

/// <summary>A read-only wrapper of a set.</summary>
internal sealed class ReadOnlySetFormatter<T>(FormatterBuilder builder) : WrapperFormatter<ReadOnlySet<T>, ISet<T>>(builder)
{
    protected override ISet<T> Unwrap(ReadOnlySet<T> wrapper) => Inner(wrapper);

    protected override ReadOnlySet<T> Wrap(ISet<T> inner) => new(inner);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Set")]
    private static extern ISet<T> Inner(ReadOnlySet<T> wrapper);
}

/// <summary>A read-only wrapper of a dictionary.</summary>
internal sealed class ReadOnlyDictionaryFormatter<TKey, TValue>(FormatterBuilder builder)
    : WrapperFormatter<ReadOnlyDictionary<TKey, TValue>, IDictionary<TKey, TValue>>(builder)
    where TKey : notnull
{
    protected override IDictionary<TKey, TValue> Unwrap(ReadOnlyDictionary<TKey, TValue> wrapper) => Inner(wrapper);

    protected override ReadOnlyDictionary<TKey, TValue> Wrap(IDictionary<TKey, TValue> inner) => new(inner);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Dictionary")]
    private static extern IDictionary<TKey, TValue> Inner(ReadOnlyDictionary<TKey, TValue> wrapper);
}

/// <summary>A list designed as a base class.</summary>
internal sealed class CollectionFormatter<T>(FormatterBuilder builder) : WrapperFormatter<Collection<T>, IList<T>>(builder)
{
    protected override IList<T> Unwrap(Collection<T> wrapper) => CollectionItems<T>.Of(wrapper);

    protected override Collection<T> Wrap(IList<T> inner) => new(inner);
}

/// <summary>
/// A list with change events. It is refused if the events have subscribers, because those would no longer be notified.
/// </summary>
internal sealed class ObservableCollectionFormatter<T>(FormatterBuilder builder)
    : WrapperFormatter<ObservableCollection<T>, IList<T>>(builder)
{
    protected override IList<T> Unwrap(ObservableCollection<T> wrapper)
    {
        if (CollectionChanged(wrapper) is not null || PropertyChanged(wrapper) is not null) throw Refused.Subscribers(Type);
        return CollectionItems<T>.Of(wrapper);
    }

    /// <summary>The constructor copies the list into a list of its own.</summary>
    protected override ObservableCollection<T> Wrap(IList<T> inner) => new(inner);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "CollectionChanged")]
    private static extern ref System.Collections.Specialized.NotifyCollectionChangedEventHandler? CollectionChanged(ObservableCollection<T> collection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "PropertyChanged")]
    private static extern ref System.ComponentModel.PropertyChangedEventHandler? PropertyChanged(ObservableCollection<T> collection);
}

/// <summary>Reads the list that a collection wraps.</summary>
internal static class CollectionItems<T>
{
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Items")]
    public static extern IList<T> Of(Collection<T> collection);
}
