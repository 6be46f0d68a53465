using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>An immutable array: as an array, without a copy, or as false if it is the default value.</summary>
internal sealed class ImmutableArrayFormatter<T>(FormatterBuilder builder) : ValueFormatter<ImmutableArray<T>>
{
    private readonly Sequence<T> _elements = new(builder);

    public override void Serialize(ref MessagePackWriter writer, ImmutableArray<T> value, MessagePackSerializerOptions options)
    {
        if (ImmutableCollectionsMarshal.AsArray(value) is { } array) _elements.Write(ref writer, array, Type, options);
        else Sequence<T>.WriteDefault(ref writer);
    }

    public override ImmutableArray<T> Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        ImmutableCollectionsMarshal.AsImmutableArray(_elements.ReadOrDefault(ref reader, Type, options));
}

/// <summary>An immutable list.</summary>
internal sealed class ImmutableListFormatter<T>(FormatterBuilder builder) : SequenceFormatter<ImmutableList<T>, T>(builder)
{
    protected override ImmutableList<T> Make(T[] elements) => ImmutableList.Create(elements);
}

/// <summary>An immutable queue, starting at its head.</summary>
internal sealed class ImmutableQueueFormatter<T>(FormatterBuilder builder) : SequenceFormatter<ImmutableQueue<T>, T>(builder)
{
    protected override ImmutableQueue<T> Make(T[] elements) => ImmutableQueue.Create(elements);
}

/// <summary>An immutable stack, from its top down.</summary>
internal sealed class ImmutableStackFormatter<T>(FormatterBuilder builder) : SequenceFormatter<ImmutableStack<T>, T>(builder)
{
    protected override ImmutableStack<T> Make(T[] elements)
    {
        Array.Reverse(elements);
        return ImmutableStack.Create(elements);
    }
}

/// <summary>An immutable set.</summary>
internal sealed class ImmutableHashSetFormatter<T>(FormatterBuilder builder) : HashedSetFormatter<ImmutableHashSet<T>, T>(builder)
{
    protected override IEqualityComparer<T> ComparerOf(ImmutableHashSet<T> set) => set.KeyComparer;

    protected override ImmutableHashSet<T> Hash(T[] elements, IEqualityComparer<T>? comparer) =>
        ImmutableHashSet.Create(comparer, elements);
}

/// <summary>An immutable set in order.</summary>
internal sealed class ImmutableSortedSetFormatter<T>(FormatterBuilder builder) : SortedSetFormatter<ImmutableSortedSet<T>, T>(builder)
{
    protected override IComparer<T> ComparerOf(ImmutableSortedSet<T> set) => set.KeyComparer;

    protected override ImmutableSortedSet<T> Sort(T[] elements, IComparer<T>? comparer) => ImmutableSortedSet.Create(comparer, elements);
}

/// <summary>
/// An immutable dictionary. Its comparer is an array of two comparers: that of the keys and that of the values.
/// </summary>
internal sealed class ImmutableDictionaryFormatter<TKey, TValue>(FormatterBuilder builder)
    : MapFormatter<ImmutableDictionary<TKey, TValue>, TKey, TValue, (IEqualityComparer<TKey>?, IEqualityComparer<TValue>?)>(builder)
    where TKey : notnull
{
    protected override void WriteComparer(ref MessagePackWriter writer, ImmutableDictionary<TKey, TValue> map)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Comparers.NumberOf(map.KeyComparer, Type));
        writer.Write(Comparers.NumberOf(map.ValueComparer, Type));
    }

    protected override (IEqualityComparer<TKey>?, IEqualityComparer<TValue>?) ReadComparer(ref MessagePackReader reader)
    {
        HashParts.ReadHeader(ref reader);
        return (Comparers.Read<TKey>(ref reader), Comparers.Read<TValue>(ref reader));
    }

    protected override ImmutableDictionary<TKey, TValue> Make(
        KeyValuePair<TKey, TValue>[] pairs,
        (IEqualityComparer<TKey>?, IEqualityComparer<TValue>?) comparer)
    {
        KeyCrowding<TKey>.Check(Keys(pairs), comparer.Item1);
        var map = ImmutableDictionary.CreateBuilder(comparer.Item1, comparer.Item2);
        foreach (var pair in pairs) map[pair.Key] = pair.Value;
        return map.ToImmutable();
    }
}

/// <summary>
/// An immutable sorted dictionary. Its comparer is an array of two comparers: that of the keys and that of the values.
/// </summary>
internal sealed class ImmutableSortedDictionaryFormatter<TKey, TValue>(FormatterBuilder builder)
    : MapFormatter<ImmutableSortedDictionary<TKey, TValue>, TKey, TValue, (IComparer<TKey>?, IEqualityComparer<TValue>?)>(builder)
    where TKey : notnull
{
    protected override void WriteComparer(ref MessagePackWriter writer, ImmutableSortedDictionary<TKey, TValue> map)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Comparers.NumberOf(map.KeyComparer, Type));
        writer.Write(Comparers.NumberOf(map.ValueComparer, Type));
    }

    protected override (IComparer<TKey>?, IEqualityComparer<TValue>?) ReadComparer(ref MessagePackReader reader)
    {
        HashParts.ReadHeader(ref reader);
        return (Comparers.ReadOrder<TKey>(ref reader), Comparers.Read<TValue>(ref reader));
    }

    protected override ImmutableSortedDictionary<TKey, TValue> Make(
        KeyValuePair<TKey, TValue>[] pairs,
        (IComparer<TKey>?, IEqualityComparer<TValue>?) comparer) => Comparers.Sorting(() =>
        {
            var map = ImmutableSortedDictionary.CreateBuilder(comparer.Item1, comparer.Item2);
            foreach (var pair in pairs) map[pair.Key] = pair.Value;
            return map.ToImmutable();
        });
}
