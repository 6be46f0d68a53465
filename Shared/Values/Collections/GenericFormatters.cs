using MessagePack;

namespace ProcessPool.Values;

/// <summary>A queue, starting at its head.</summary>
internal sealed class QueueFormatter<T>(FormatterBuilder builder) : SequenceFormatter<Queue<T>, T>(builder)
{
    protected override T[] Take(Queue<T> collection) => collection.ToArray();

    protected override Queue<T> Make(T[] elements) => new(elements);
}

/// <summary>A stack, from its top down.</summary>
internal sealed class StackFormatter<T>(FormatterBuilder builder) : SequenceFormatter<Stack<T>, T>(builder)
{
    protected override T[] Take(Stack<T> collection) => collection.ToArray();

    protected override Stack<T> Make(T[] elements)
    {
        Array.Reverse(elements);
        return new(elements);
    }
}

/// <summary>A linked list.</summary>
internal sealed class LinkedListFormatter<T>(FormatterBuilder builder) : SequenceFormatter<LinkedList<T>, T>(builder)
{
    protected override LinkedList<T> Make(T[] elements) => new(elements);
}

/// <summary>A set in order.</summary>
internal sealed class SortedSetFormatter<T>(FormatterBuilder builder) : SortedSetFormatter<SortedSet<T>, T>(builder)
{
    protected override IComparer<T> ComparerOf(SortedSet<T> set) => set.Comparer;

    protected override SortedSet<T> Sort(T[] elements, IComparer<T>? comparer) => new(elements, comparer);
}

/// <summary>A dictionary in the order of its keys, as a tree.</summary>
internal sealed class SortedDictionaryFormatter<TKey, TValue>(FormatterBuilder builder)
    : SortedMapFormatter<SortedDictionary<TKey, TValue>, TKey, TValue>(builder)
    where TKey : notnull
{
    protected override IComparer<TKey> ComparerOf(SortedDictionary<TKey, TValue> map) => map.Comparer;

    protected override SortedDictionary<TKey, TValue> Sort(KeyValuePair<TKey, TValue>[] pairs, IComparer<TKey>? comparer)
    {
        var map = new SortedDictionary<TKey, TValue>(comparer);
        foreach (var pair in pairs) map[pair.Key] = pair.Value;
        return map;
    }
}

/// <summary>A dictionary in the order of its keys, as a list.</summary>
internal sealed class SortedListFormatter<TKey, TValue>(FormatterBuilder builder)
    : SortedMapFormatter<SortedList<TKey, TValue>, TKey, TValue>(builder)
    where TKey : notnull
{
    protected override IComparer<TKey> ComparerOf(SortedList<TKey, TValue> map) => map.Comparer;

    protected override SortedList<TKey, TValue> Sort(KeyValuePair<TKey, TValue>[] pairs, IComparer<TKey>? comparer)
    {
        // Sort with a tree first: for unsorted pairs from a broken sender, the list would need time quadratic in their number.
        var tree = new SortedDictionary<TKey, TValue>(comparer);
        foreach (var pair in pairs) tree[pair.Key] = pair.Value;
        return new(tree, comparer);
    }
}

/// <summary>A dictionary in the order in which its keys were added.</summary>
internal sealed class OrderedDictionaryFormatter<TKey, TValue>(FormatterBuilder builder)
    : HashedMapFormatter<OrderedDictionary<TKey, TValue>, TKey, TValue>(builder)
    where TKey : notnull
{
    protected override IEqualityComparer<TKey> ComparerOf(OrderedDictionary<TKey, TValue> map) => map.Comparer;

    protected override OrderedDictionary<TKey, TValue> Hash(KeyValuePair<TKey, TValue>[] pairs, IEqualityComparer<TKey>? comparer)
    {
        var map = new OrderedDictionary<TKey, TValue>(pairs.Length, comparer);
        foreach (var pair in pairs) map[pair.Key] = pair.Value;
        return map;
    }
}

/// <summary>A priority queue: an array of its comparer and its elements in the order of its heap.</summary>
/// <remarks>
/// Building a heap from a heap moves nothing, so elements of equal priority also leave the queue in the same order.
/// </remarks>
internal sealed class PriorityQueueFormatter<TElement, TPriority>(FormatterBuilder builder) : ContentFormatter<PriorityQueue<TElement, TPriority>>
{
    private readonly Sequence<(TElement, TPriority)> _elements = new(builder);

    protected override void WriteContent(ref MessagePackWriter writer, PriorityQueue<TElement, TPriority> queue, MessagePackSerializerOptions options)
    {
        if (queue.GetType() != Type) throw Refused.RuntimeType(Type, queue.GetType());
        writer.WriteArrayHeader(2);
        writer.Write(Comparers.NumberOf(queue.Comparer, Type));
        _elements.Write(ref writer, [.. queue.UnorderedItems], Type, options);
    }

    protected override bool NeedsCompleteContent => HashParts<TPriority>.HoldObjects;

    protected override PriorityQueue<TElement, TPriority> ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        HashParts.ReadHeader(ref reader);
        var comparer = Comparers.ReadOrder<TPriority>(ref reader);
        var elements = _elements.Read(ref reader, Type, options);
        return Comparers.Sorting(() => new PriorityQueue<TElement, TPriority>(elements, comparer));
    }
}
