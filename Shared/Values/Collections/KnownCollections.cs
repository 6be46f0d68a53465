using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace ProcessPool.Values;

/// <summary>The numbered list of the collections that a value declared as an interface may be.</summary>
internal static class KnownCollections
{
    /// <summary>The number of arrays.</summary>
    public const int Array = 0;

    /// <summary>The collections of the core library. The array of objects stands for all arrays.</summary>
    private static readonly Type[] Core =
    [
        typeof(object[]), typeof(List<>), typeof(HashSet<>), typeof(Dictionary<,>), typeof(string), typeof(ArraySegment<>),
        typeof(Queue<>), typeof(ConcurrentQueue<>), typeof(Collection<>),
        typeof(ReadOnlyCollection<>), typeof(ReadOnlySet<>), typeof(ReadOnlyDictionary<,>),
    ];

    public static int Count => Core.Length + Others.Count;

    public static int NumberOf(Type type)
    {
        if (type.IsSZArray) return Array;
        var number = PlaceIn(Core, type);
        if (number >= 0) return number;
        number = PlaceIn(Others.Types, type);
        return number < 0 ? number : number + Core.Length;
    }

    /// <summary>
    /// The collection with this number, closed with the type arguments of an interface; null if the numbers of arguments differ.
    /// </summary>
    public static Type? Close(int number, Type @interface)
    {
        var arguments = @interface.GetGenericArguments();
        var type = number < Core.Length ? Core[number] : Others.Types[number - Core.Length];
        if (number == Array) return arguments.Length == 1 ? arguments[0].MakeArrayType() : null;
        if (!type.IsGenericTypeDefinition) return type;

        // A sequence of pairs can be a dictionary.
        var isDictionary = type.GetGenericArguments().Length == 2;
        if (isDictionary && arguments is [{ IsGenericType: true } pair] && pair.GetGenericTypeDefinition() == typeof(KeyValuePair<,>))
            arguments = pair.GetGenericArguments();
        return arguments.Length == (isDictionary ? 2 : 1) ? type.MakeGenericType(arguments) : null;
    }

    private static int PlaceIn(Type[] types, Type type)
    {
        for (var i = 0; i < types.Length; i++)
        {
            if (IsOf(type, types[i])) return i;
        }

        return -1;
    }

    /// <summary>
    /// Also checks the base classes, because frozen collections are of internal classes derived from the public one.
    /// </summary>
    private static bool IsOf(Type type, Type known)
    {
        if (type == known) return true;
        for (var t = known.IsAbstract ? type : null; t is not null; t = t.BaseType)
        {
            if (t.IsGenericType && t.GetGenericTypeDefinition() == known) return true;
        }

        return type.IsGenericType && type.GetGenericTypeDefinition() == known;
    }

    /// <summary>The collections of assemblies that are loaded only when one of them occurs. Loading takes milliseconds.</summary>
    private static class Others
    {
        public const int Count = 20;

        public static readonly Type[] Types = new Type[Count]
        {
            typeof(Stack<>), typeof(LinkedList<>),
            typeof(SortedSet<>), typeof(SortedDictionary<,>), typeof(SortedList<,>), typeof(OrderedDictionary<,>),
            typeof(ObservableCollection<>), typeof(ConcurrentStack<>), typeof(ConcurrentBag<>), typeof(ConcurrentDictionary<,>),
            typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableQueue<>), typeof(ImmutableStack<>),
            typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>),
            typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>),
            typeof(FrozenSet<>), typeof(FrozenDictionary<,>),
        };
    }
}
