using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace ProcessPool.Tests.Properties.Generated;

/// <summary>A generic type, and how a value of one made from it is filled.</summary>
/// <param name="Definition">The open type; of arrays <see cref="Array"/> stands for it, of those of two dimensions one of objects.</param>
/// <param name="Make">Makes a value of the closed type.</param>
/// <param name="Fits">Whether it can be made from these arguments; null if it can from any.</param>
internal sealed partial record TypeConstructor(Type Definition, Func<Type, RandomValues, object> Make, Func<Type[], bool>? Fits = null)
{
    /// <summary>
    /// All that types are composed with. To have more kinds of collection tested, add a line: with <see cref="OfElements"/>
    /// what has an Add for its elements, with <see cref="AroundElements"/> what has a constructor for them, with
    /// <see cref="Fields"/> what travels as its fields.
    /// </summary>
    public static readonly TypeConstructor[] All =
    [
        new(typeof(Array), (type, values) => values.MakeElements(type.GetElementType()!)),
        new(typeof(List<>), OfElements),
        new(typeof(HashSet<>), OfElements),
        new(typeof(Dictionary<,>), OfPairs, arguments => CanBeKey(arguments[0])),
        new(typeof(object[,]), Table),
        new(typeof(Queue<>), AroundElements),
        new(typeof(Stack<>), AroundElements),
        new(typeof(LinkedList<>), AroundElements),
        new(typeof(SortedSet<>), AroundElements, arguments => HasOrder(arguments[0])),
        new(typeof(SortedDictionary<,>), OfPairs, arguments => HasOrder(arguments[0])),
        new(typeof(SortedList<,>), OfPairs, arguments => HasOrder(arguments[0])),
        new(typeof(OrderedDictionary<,>), OfPairs, arguments => CanBeKey(arguments[0])),
        new(typeof(Collection<>), AroundElements),
        new(typeof(ObservableCollection<>), AroundElements),
        new(typeof(ReadOnlyCollection<>), AroundElements),
        new(typeof(ReadOnlyDictionary<,>), AroundPairs, arguments => CanBeKey(arguments[0])),
        new(typeof(ConcurrentQueue<>), AroundElements),
        new(typeof(ConcurrentStack<>), AroundElements),
        new(typeof(ConcurrentBag<>), AroundElements),
        new(typeof(ConcurrentDictionary<,>), OfOnePair, arguments => CanBeKey(arguments[0])),
        new(typeof(ImmutableArray<>), CreatedFromElements),
        new(typeof(ImmutableList<>), CreatedFromElements),
        new(typeof(ImmutableQueue<>), CreatedFromElements),
        new(typeof(ImmutableStack<>), CreatedFromElements),
        new(typeof(ImmutableHashSet<>), CreatedFromElements, arguments => HasHash(arguments[0])),
        new(typeof(ImmutableSortedSet<>), CreatedFromElements, arguments => HasOrder(arguments[0])),
        new(typeof(ImmutableDictionary<,>), CreatedFromPairs, arguments => HasHash(arguments[0])),
        new(typeof(ImmutableSortedDictionary<,>), CreatedFromSortedPairs, arguments => HasOrder(arguments[0])),
        new(typeof(FrozenSet<>), CreatedFromOneElement),
        new(typeof(FrozenDictionary<,>), CreatedFromOnePair, arguments => CanBeKey(arguments[0])),
        new(typeof(Memory<>), AroundElements),
        new(typeof(ReadOnlyMemory<>), AroundElements),
        new(typeof(ArraySegment<>), AroundElements),
        new(typeof(IEnumerable<>), (type, values) => values.MakeElements(type.GetGenericArguments()[0])),
        new(typeof(IReadOnlyList<>), (type, values) => OfElements(As(typeof(List<>), type), values)),
        new(typeof(ICollection<>), (type, values) => AroundElements(As(typeof(LinkedList<>), type), values)),
        new(typeof(IList<>), (type, values) => OfElements(As(typeof(List<>), type), values)),
        new(typeof(ISet<>), (type, values) => OfElements(As(typeof(HashSet<>), type), values)),
        new(typeof(IDictionary<,>), (type, values) => OfPairs(As(typeof(Dictionary<,>), type), values), arguments => CanBeKey(arguments[0])),
        new(typeof(IImmutableList<>), (type, values) => CreatedFromElements(As(typeof(ImmutableList<>), type), values)),
        new(typeof(Nullable<>), (type, values) => values.Make(type.GetGenericArguments()[0])!, arguments => IsPlainStruct(arguments[0])),
        new(typeof(KeyValuePair<,>), Fields),
        new(typeof(ValueTuple<>), Fields),
        new(typeof(ValueTuple<,>), Fields),
        new(typeof(ValueTuple<,,,,>), Fields),
        new(typeof(ValueTuple<,,,,,,,>), Fields, arguments => arguments[7].Name.StartsWith("ValueTuple`", StringComparison.Ordinal)),
        new(typeof(Tuple<>), Fields),
        new(typeof(Tuple<,,>), Fields),
        new(typeof(Box<>), Fields),
        new(typeof(Twin<,>), Fields),
        new(typeof(Noted<>), Fields),
        new(typeof(Derived<>), Fields),
        new(typeof(Outer<>.Inner<>), Fields),
        new(typeof(Slim<>), Fields),
    ];

    private static readonly Dictionary<Type, TypeConstructor> ByDefinition = All.ToDictionary(constructor => constructor.Definition);

    public int Arity => Definition == typeof(Array) || Definition.IsArray ? 1 : Definition.GetGenericArguments().Length;

    public static TypeConstructor? Of(Type type) =>
        type.IsArray ? ByDefinition[type.IsSZArray ? typeof(Array) : typeof(object[,])] : type.IsGenericType ? ByDefinition.GetValueOrDefault(type.GetGenericTypeDefinition()) : null;

    public Type Close(Type[] arguments)
    {
        if (Definition.IsArray) return arguments[0].MakeArrayType(Definition.GetArrayRank());
        return Definition == typeof(Array) ? arguments[0].MakeArrayType() : Definition.MakeGenericType(arguments);
    }

    private static bool IsPlainStruct(Type type) => type.IsValueType && Nullable.GetUnderlyingType(type) is null;

    private static bool CanBeKey(Type type) => Nullable.GetUnderlyingType(type) is null;

    /// <summary>Whether every two values can be compared.</summary>
    private static bool HasOrder(Type type) => RandomTypes.Leaves.Contains(type) && type.IsAssignableTo(typeof(IComparable));

    /// <summary>Whether a copy has the same hash code, by which some collections are in order.</summary>
    private static bool HasHash(Type type) => RandomTypes.Leaves.Contains(type) && type != typeof(Leaf);
}
