using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// The part that a user's class inherits from a framework collection. It is written like that collection. To read it, only the
/// collection's constructor runs on the new object.
/// </summary>
internal abstract class BasePart
{
    /// <summary>The part for this class; null if the class does not inherit from a supported collection.</summary>
    public static BasePart? Of(Type type, FormatterBuilder builder)
    {
        if (!type.IsClass || FrameworkAssemblies.Contains(type)) return null;
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (PartOf(parent) is { } part) return CollectionTypes.Part(part, parent, builder);
        }

        return null;
    }

    /// <summary>Whether this framework class is a supported collection, so its fields are sent as a part.</summary>
    public static bool Covers(Type type) => PartOf(type) is not null;

    public abstract void Serialize(ref MessagePackWriter writer, object value, MessagePackSerializerOptions options);

    public abstract void Deserialize(ref MessagePackReader reader, object value, MessagePackSerializerOptions options);

    private static Type? PartOf(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (definition == typeof(List<>)) return typeof(ListPart<>);
        if (definition == typeof(Dictionary<,>)) return typeof(DictionaryPart<,>);
        if (definition == typeof(HashSet<>)) return typeof(HashSetPart<>);
        return definition == typeof(Collection<>) ? typeof(CollectionPart<>) : null;
    }
}

/// <inheritdoc/>
/// <typeparam name="TBase">The collection.</typeparam>
/// <typeparam name="TContent">What its constructor takes.</typeparam>
internal abstract class BasePart<TBase, TContent>(FormatterBuilder builder) : BasePart
    where TBase : class
    where TContent : class
{
    private readonly ValueFormatter<TContent?> _content = (ValueFormatter<TContent?>)builder.Get(typeof(TContent));

    public sealed override void Serialize(ref MessagePackWriter writer, object value, MessagePackSerializerOptions options) =>
        _content.Serialize(ref writer, Take((TBase)value), options);

    public sealed override void Deserialize(ref MessagePackReader reader, object value, MessagePackSerializerOptions options)
    {
        var content = _content.Deserialize(ref reader, options) ?? throw new BrokenValueException($"Expected the content of {typeof(TBase)}, found nil.");

        // A content that is a hash table may be filled only later.
        if (ReadObjects.Current is { IsCyclic: true } objects) objects.Later(() => Construct((TBase)value, content));
        else Construct((TBase)value, content);
    }

    /// <summary>The content, read through members that a derived class cannot override.</summary>
    protected abstract TContent Take(TBase collection);

    protected abstract void Construct(TBase collection, TContent content);
}

/// <inheritdoc/>
internal sealed class ListPart<T>(FormatterBuilder builder) : BasePart<List<T>, T[]>(builder)
{
    protected override T[] Take(List<T> collection) => CollectionsMarshal.AsSpan(collection).ToArray();

    protected override void Construct(List<T> collection, T[] content) => Constructor(collection, content);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = ".ctor")]
    private static extern void Constructor(List<T> list, IEnumerable<T> elements);
}

/// <inheritdoc/>
internal sealed class DictionaryPart<TKey, TValue>(FormatterBuilder builder)
    : BasePart<Dictionary<TKey, TValue>, Dictionary<TKey, TValue>>(builder)
    where TKey : notnull
{
    protected override Dictionary<TKey, TValue> Take(Dictionary<TKey, TValue> collection)
    {
        var copy = new Dictionary<TKey, TValue>(collection.Count, collection.Comparer);
        foreach (var pair in collection) copy.Add(pair.Key, pair.Value);
        return copy;
    }

    protected override void Construct(Dictionary<TKey, TValue> collection, Dictionary<TKey, TValue> content) =>
        Constructor(collection, content, content.Comparer);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = ".ctor")]
    private static extern void Constructor(
        Dictionary<TKey, TValue> dictionary, IDictionary<TKey, TValue> pairs, IEqualityComparer<TKey>? comparer);
}

/// <inheritdoc/>
internal sealed class HashSetPart<T>(FormatterBuilder builder) : BasePart<HashSet<T>, HashSet<T>>(builder)
{
    protected override HashSet<T> Take(HashSet<T> collection)
    {
        var copy = new HashSet<T>(collection.Count, collection.Comparer);
        foreach (var element in collection) copy.Add(element);
        return copy;
    }

    protected override void Construct(HashSet<T> collection, HashSet<T> content) => Constructor(collection, content, content.Comparer);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = ".ctor")]
    private static extern void Constructor(HashSet<T> set, IEnumerable<T> elements, IEqualityComparer<T>? comparer);
}

/// <inheritdoc/>
internal sealed class CollectionPart<T>(FormatterBuilder builder) : BasePart<Collection<T>, IList<T>>(builder)
{
    protected override IList<T> Take(Collection<T> collection) => CollectionItems<T>.Of(collection);

    protected override void Construct(Collection<T> collection, IList<T> content) => Constructor(collection, content);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = ".ctor")]
    private static extern void Constructor(Collection<T> collection, IList<T> content);
}
