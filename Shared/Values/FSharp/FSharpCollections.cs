using System.Reflection;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>F#'s list: an array, written and read in a loop, however long the list is.</summary>
internal sealed class FSharpListFormatter<TList, T>(FormatterBuilder builder, MethodInfo make) : SequenceFormatter<TList, T>(builder)
    where TList : class, IEnumerable<T>
{
    private readonly Func<T[], TList> _make = make.CreateDelegate<Func<T[], TList>>();

    protected override TList Make(T[] elements) => _make(elements);
}

/// <summary>F#'s set. It always compares as F# does, so its comparer is the default one.</summary>
internal sealed class FSharpSetFormatter<TSet, T>(FormatterBuilder builder, MethodInfo make) : SetFormatter<TSet, T, int>(builder)
    where TSet : class, IReadOnlyCollection<T>
{
    private readonly Func<T[], TSet> _make = make.CreateDelegate<Func<T[], TSet>>();

    protected override void WriteComparer(ref MessagePackWriter writer, TSet set) => Comparers.WriteDefault(ref writer);

    protected override int ReadComparer(ref MessagePackReader reader) => Comparers.ReadDefault(ref reader);

    protected override TSet Make(T[] elements, int comparer) => Comparers.Sorting(() => _make(elements));
}

/// <summary>F#'s map. It always compares as F# does, so its comparer is the default one.</summary>
internal sealed class FSharpMapFormatter<TMap, TKey, TValue>(FormatterBuilder builder, MethodInfo make) : MapFormatter<TMap, TKey, TValue, int>(builder)
    where TMap : class, IReadOnlyCollection<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    private readonly Func<Tuple<TKey, TValue>[], TMap> _make = make.CreateDelegate<Func<Tuple<TKey, TValue>[], TMap>>();

    protected override void WriteComparer(ref MessagePackWriter writer, TMap map) => Comparers.WriteDefault(ref writer);

    protected override int ReadComparer(ref MessagePackReader reader) => Comparers.ReadDefault(ref reader);

    protected override TMap Make(KeyValuePair<TKey, TValue>[] pairs, int comparer) =>
        Comparers.Sorting(() => _make(Array.ConvertAll(pairs, static pair => Tuple.Create(pair.Key, pair.Value))));
}

/// <summary>F#'s <c>unit</c>, whose only value is null.</summary>
internal sealed class UnitFormatter<T> : ValueFormatter<T?>
    where T : class
{
    public override void Serialize(ref MessagePackWriter writer, T? value, MessagePackSerializerOptions options) => writer.WriteNil();

    public override T? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        reader.TryReadNil() ? null : throw new BrokenValueException("Expected the nil of a unit.");
}
