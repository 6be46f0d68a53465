using MessagePack;

namespace ProcessPool.Values;

/// <summary>A set: an array of its comparer and an array of its elements.</summary>
/// <typeparam name="TSet">The type of the set.</typeparam>
/// <typeparam name="T">The type of its elements.</typeparam>
/// <typeparam name="TComparer">The type of its comparer.</typeparam>
internal abstract class SetFormatter<TSet, T, TComparer>(FormatterBuilder builder) : ContentFormatter<TSet>
    where TSet : class, IReadOnlyCollection<T>
{
    private readonly Sequence<T> _elements = new(builder);

    protected sealed override void WriteContent(ref MessagePackWriter writer, TSet value, MessagePackSerializerOptions options)
    {
        // Only the framework can derive from the abstract ones.
        if (value.GetType() != Type && !Type.IsAbstract) throw Refused.RuntimeType(Type, value.GetType());
        writer.WriteArrayHeader(2);
        WriteComparer(ref writer, value);
        _elements.Write(ref writer, value.ToArray(), Type, options);
    }

    protected sealed override bool NeedsCompleteContent => HashParts<T>.HoldObjects;

    protected sealed override TSet ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        HashParts.ReadHeader(ref reader);
        var comparer = ReadComparer(ref reader);
        var elements = _elements.Read(ref reader, Type, options);
        var set = Make(elements, comparer);
        return set.Count == elements.Length ? set : throw HashParts.BadKey("occurs twice");
    }

    protected abstract void WriteComparer(ref MessagePackWriter writer, TSet set);

    protected abstract TComparer ReadComparer(ref MessagePackReader reader);

    /// <summary>Creates the set. If several elements are equal, it contains only one of them.</summary>
    protected abstract TSet Make(T[] elements, TComparer comparer);
}

/// <summary>A set that compares by hash code and equality.</summary>
internal abstract class HashedSetFormatter<TSet, T>(FormatterBuilder builder) : SetFormatter<TSet, T, IEqualityComparer<T>?>(builder)
    where TSet : class, IReadOnlyCollection<T>
{
    protected abstract IEqualityComparer<T> ComparerOf(TSet set);

    /// <summary>Creates the set. The elements have been checked: they do not crowd into a few buckets.</summary>
    protected abstract TSet Hash(T[] elements, IEqualityComparer<T>? comparer);

    protected sealed override void WriteComparer(ref MessagePackWriter writer, TSet set) =>
        writer.Write(Comparers.NumberOf(ComparerOf(set), Type));

    protected sealed override IEqualityComparer<T>? ReadComparer(ref MessagePackReader reader) => Comparers.Read<T>(ref reader);

    protected sealed override TSet Make(T[] elements, IEqualityComparer<T>? comparer)
    {
        KeyCrowding<T>.Check(elements, comparer);
        return Hash(elements, comparer);
    }
}

/// <summary>A set that keeps its elements in order.</summary>
internal abstract class SortedSetFormatter<TSet, T>(FormatterBuilder builder) : SetFormatter<TSet, T, IComparer<T>?>(builder)
    where TSet : class, IReadOnlyCollection<T>
{
    protected abstract IComparer<T> ComparerOf(TSet set);

    protected abstract TSet Sort(T[] elements, IComparer<T>? comparer);

    protected sealed override void WriteComparer(ref MessagePackWriter writer, TSet set) =>
        writer.Write(Comparers.NumberOf(ComparerOf(set), Type));

    protected sealed override IComparer<T>? ReadComparer(ref MessagePackReader reader) => Comparers.ReadOrder<T>(ref reader);

    protected sealed override TSet Make(T[] elements, IComparer<T>? comparer) =>
        Comparers.Sorting(() => Sort(elements, comparer));
}
