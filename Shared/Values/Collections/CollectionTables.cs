using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace ProcessPool.Values;

/// <summary>The generic collections of the framework and their formatters.</summary>
/// <remarks>
/// Each namespace has a table in a separate class, because it names types of assemblies that most programs do not need.
/// </remarks>
internal static class CollectionTables
{
    public static Dictionary<Type, Type>? Of(string? ns) => ns switch
    {
        "System" => Memory.Table,
        "System.Collections.Generic" => Generic.Table,
        "System.Collections.ObjectModel" => Wrappers.Table,
        "System.Collections.Concurrent" => Concurrent.Table,
        "System.Collections.Immutable" => Immutable.Table,
        "System.Collections.Frozen" => Frozen.Table,
        "System.Numerics.Tensors" => Tensors(),
        _ => null,
    };

    /// <summary>Called only for a type of this package. Without the package, merely naming its types would be an error.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Dictionary<Type, Type> Tensors() => new() { [typeof(System.Numerics.Tensors.Tensor<>)] = typeof(TensorFormatter<>) };

    private static class Memory
    {
        public static readonly Dictionary<Type, Type> Table = new()
        {
            [typeof(Memory<>)] = typeof(MemoryFormatter<>),
            [typeof(ReadOnlyMemory<>)] = typeof(ReadOnlyMemoryFormatter<>),
            [typeof(ArraySegment<>)] = typeof(ArraySegmentFormatter<>),
        };
    }

    private static class Generic
    {
        public static readonly Dictionary<Type, Type> Table = new()
        {
            [typeof(IEnumerable<>)] = typeof(SequenceInterfaceFormatter<,>),
            [typeof(IReadOnlyCollection<>)] = typeof(SequenceInterfaceFormatter<,>),
            [typeof(IReadOnlyList<>)] = typeof(SequenceInterfaceFormatter<,>),
            [typeof(ICollection<>)] = typeof(InterfaceFormatter<>),
            [typeof(IList<>)] = typeof(InterfaceFormatter<>),
            [typeof(ISet<>)] = typeof(InterfaceFormatter<>),
            [typeof(IReadOnlySet<>)] = typeof(InterfaceFormatter<>),
            [typeof(IDictionary<,>)] = typeof(InterfaceFormatter<>),
            [typeof(IReadOnlyDictionary<,>)] = typeof(InterfaceFormatter<>),
            [typeof(Queue<>)] = typeof(QueueFormatter<>),
            [typeof(Stack<>)] = typeof(StackFormatter<>),
            [typeof(LinkedList<>)] = typeof(LinkedListFormatter<>),
            [typeof(PriorityQueue<,>)] = typeof(PriorityQueueFormatter<,>),
            [typeof(SortedSet<>)] = typeof(SortedSetFormatter<>),
            [typeof(SortedDictionary<,>)] = typeof(SortedDictionaryFormatter<,>),
            [typeof(SortedList<,>)] = typeof(SortedListFormatter<,>),
            [typeof(OrderedDictionary<,>)] = typeof(OrderedDictionaryFormatter<,>),
        };
    }

    private static class Wrappers
    {
        public static readonly Dictionary<Type, Type> Table = new()
        {
            [typeof(Collection<>)] = typeof(CollectionFormatter<>),
            [typeof(ObservableCollection<>)] = typeof(ObservableCollectionFormatter<>),
            [typeof(ReadOnlyCollection<>)] = typeof(ReadOnlyCollectionFormatter<>),
            [typeof(ReadOnlySet<>)] = typeof(ReadOnlySetFormatter<>),
            [typeof(ReadOnlyDictionary<,>)] = typeof(ReadOnlyDictionaryFormatter<,>),
        };
    }

    private static class Concurrent
    {
        public static readonly Dictionary<Type, Type> Table = new()
        {
            [typeof(IProducerConsumerCollection<>)] = typeof(InterfaceFormatter<>),
            [typeof(ConcurrentQueue<>)] = typeof(ConcurrentQueueFormatter<>),
            [typeof(ConcurrentStack<>)] = typeof(ConcurrentStackFormatter<>),
            [typeof(ConcurrentBag<>)] = typeof(ConcurrentBagFormatter<>),
            [typeof(ConcurrentDictionary<,>)] = typeof(ConcurrentDictionaryFormatter<,>),
        };
    }

    private static class Immutable
    {
        public static readonly Dictionary<Type, Type> Table = new()
        {
            [typeof(IImmutableList<>)] = typeof(InterfaceFormatter<>),
            [typeof(IImmutableQueue<>)] = typeof(InterfaceFormatter<>),
            [typeof(IImmutableStack<>)] = typeof(InterfaceFormatter<>),
            [typeof(IImmutableSet<>)] = typeof(InterfaceFormatter<>),
            [typeof(IImmutableDictionary<,>)] = typeof(InterfaceFormatter<>),
            [typeof(ImmutableArray<>)] = typeof(ImmutableArrayFormatter<>),
            [typeof(ImmutableList<>)] = typeof(ImmutableListFormatter<>),
            [typeof(ImmutableQueue<>)] = typeof(ImmutableQueueFormatter<>),
            [typeof(ImmutableStack<>)] = typeof(ImmutableStackFormatter<>),
            [typeof(ImmutableHashSet<>)] = typeof(ImmutableHashSetFormatter<>),
            [typeof(ImmutableSortedSet<>)] = typeof(ImmutableSortedSetFormatter<>),
            [typeof(ImmutableDictionary<,>)] = typeof(ImmutableDictionaryFormatter<,>),
            [typeof(ImmutableSortedDictionary<,>)] = typeof(ImmutableSortedDictionaryFormatter<,>),
        };
    }

    private static class Frozen
    {
        public static readonly Dictionary<Type, Type> Table = new()
        {
            [typeof(FrozenSet<>)] = typeof(FrozenSetFormatter<>),
            [typeof(FrozenDictionary<,>)] = typeof(FrozenDictionaryFormatter<,>),
        };
    }
}
