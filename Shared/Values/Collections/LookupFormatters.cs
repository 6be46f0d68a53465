using System.Runtime.CompilerServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>A lookup created by <c>ToLookup</c>: an array of its comparer and its groups, each a key and its elements.</summary>
/// <typeparam name="TLookup">The class or the interface.</typeparam>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed class LookupFormatter<TLookup, TKey, T>(FormatterBuilder builder) : ContentFormatter<TLookup>
    where TLookup : class, ILookup<TKey, T>
{
    private readonly Sequence<KeyValuePair<TKey, T[]>> _groups = new(builder);

    protected override void WriteContent(ref MessagePackWriter writer, TLookup lookup, MessagePackSerializerOptions options)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Comparers.NumberOf(ComparerOf(lookup), Type));
        _groups.Write(ref writer, [.. lookup.Select(group => KeyValuePair.Create(group.Key, group.ToArray()))], Type, options);
    }

    protected override bool NeedsCompleteContent => HashParts<TKey>.HoldObjects;

    protected override TLookup ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        HashParts.ReadHeader(ref reader);
        var comparer = Comparers.Read<TKey>(ref reader);
        var groups = _groups.Read(ref reader, Type, options);
        KeyCrowding<TKey>.Check(Array.ConvertAll(groups, static group => group.Key), comparer, BucketsOf);
        var lookup = groups
            .SelectMany(group => group.Value ?? [], (group, element) => (group.Key, element))
            .ToLookup(pair => pair.Key, pair => pair.element, comparer);
        if (lookup.Count != groups.Length) throw HashParts.BadKey("occurs twice, or has no elements");
        return lookup as TLookup ?? throw new BrokenValueException($"A {Type} cannot be empty.");
    }

    /// <summary>
    /// A lookup starts with 7 buckets. When it has as many keys as buckets, it grows to twice as many plus one.
    /// </summary>
    private static int BucketsOf(int keys)
    {
        var buckets = 7;
        while (buckets < keys) buckets = (2 * buckets) + 1;
        return buckets;
    }

    private IEqualityComparer<TKey> ComparerOf(TLookup lookup)
    {
        if (lookup is Lookup<TKey, T> made) return LookupComparer<TKey, T>.Of(made) ?? EqualityComparer<TKey>.Default;

        // For an empty source, ToLookup returns an object without a comparer.
        var isEmpty = lookup.Count == 0 && FrameworkAssemblies.Contains(lookup.GetType());
        return isEmpty ? EqualityComparer<TKey>.Default : throw Refused.RuntimeType(Type, lookup.GetType());
    }
}

/// <summary>
/// Reads the comparer of a lookup, which has no public property. The type arguments have to be the lookup's own.
/// </summary>
internal static class LookupComparer<TKey, T>
{
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_comparer")]
    public static extern ref IEqualityComparer<TKey>? Of(Lookup<TKey, T> lookup);
}

/// <summary>A group created by <c>GroupBy</c>: an array of its key and its elements.</summary>
internal sealed class GroupingFormatter<TKey, T>(FormatterBuilder builder) : ContentFormatter<IGrouping<TKey, T>>
{
    private static readonly Type Made = new[] { default(T) }.GroupBy(_ => default(TKey)).First().GetType();

    private readonly ValueFormatter<KeyValuePair<TKey, T[]>> _group = (ValueFormatter<KeyValuePair<TKey, T[]>>)builder.Get(typeof(KeyValuePair<TKey, T[]>));

    protected override void WriteContent(ref MessagePackWriter writer, IGrouping<TKey, T> group, MessagePackSerializerOptions options)
    {
        if (group.GetType() != Made) throw Refused.RuntimeType(Type, group.GetType());
        _group.Serialize(ref writer, new(group.Key, [.. group]), options);
    }

    protected override IGrouping<TKey, T> ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        var (key, elements) = _group.Deserialize(ref reader, options);
        if (elements is null or []) throw new BrokenValueException("A group has no elements.");

        // Puts all elements in one group, without calling the key's GetHashCode.
        return elements.GroupBy(_ => key, AllEqual.Instance).First();
    }

    private sealed class AllEqual : IEqualityComparer<TKey>
    {
        public static readonly AllEqual Instance = new();

        public bool Equals(TKey? x, TKey? y) => true;

        public int GetHashCode(TKey key) => 0;
    }
}
