using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using System.Text;

namespace ProcessPool.Tests.Formatters;

/// <summary>
/// Values of every type of the framework that can be sent, by declared type. Generic types are over int and string.
/// </summary>
internal sealed partial class FrameworkSamples
{
    private readonly Dictionary<Type, List<object?>> _values = [];

    public FrameworkSamples()
    {
        AddScalars();
        AddUntyped();
        AddClasses();
        AddSequences([3, 1, 2]);
        AddSequences(["b", "a", "C"]);
        AddMaps(1, "one", 2, "two");
        AddMaps("one", 1, "two", 2);
        AddMaps(1, 10, 2, 20);
        AddMaps("one", "eins", "two", "zwei");
        AddTuples(1);
        AddTuples("one");
        AddVectors();
        AddFSharp(1, 2);
        AddFSharp("one", "two");
        AddFSharpPairs("one", 2);
        AddFSharpPairs(1, "two");
        AddFSharpPairs(1, 2);
        AddFSharpPairs("one", "two");
        Add<Microsoft.FSharp.Core.Unit?>([null]);
    }

    public IEnumerable<Type> Types => _values.Keys;

    public IReadOnlyList<object?>? Of(Type type) => _values.GetValueOrDefault(type);

    private void Add<T>(params T[] values)
    {
        if (!_values.TryGetValue(typeof(T), out var known)) _values.Add(typeof(T), known = []);
        foreach (var value in values) known.Add(value);
    }

    private void AddScalars()
    {
        Add(true, false);
        Add('\0', '\ud800');
        Add<string?>("text", "", null);
        Add(sbyte.MinValue);
        Add(byte.MaxValue);
        Add(short.MinValue);
        Add(ushort.MaxValue);
        Add(int.MinValue, int.MaxValue);
        Add(uint.MaxValue);
        Add(long.MinValue);
        Add(ulong.MaxValue);
        Add(Int128.MinValue);
        Add(UInt128.MaxValue);
        Add(BigInteger.Pow(-7, 100));
        Add(Half.Epsilon, Half.NaN);
        Add(float.NaN, -0f);
        Add(double.NaN, -0d);
        Add(1.50m, decimal.MinValue);
        Add(new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc), DateTime.MaxValue);
        Add(new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(-9.5)));
        Add(TimeSpan.MinValue);
        Add(DateOnly.MaxValue);
        Add(TimeOnly.MaxValue);
        Add(Guid.NewGuid());
        Add(new Index(3, fromEnd: true));
        Add(1..^2);
        Add(new Rune(0x1F600));
        Add(new Complex(1, double.NegativeInfinity));
        Add<int?>(null, 5);
    }

    private void AddUntyped()
    {
        Add<object?>(null, new object(), 1, 2L, "text", 1.50m, 'c', (byte)1, BigInteger.One, DateOnly.MaxValue, Guid.NewGuid(), new byte[] { 1 });
        Add<object?>(new object?[] { 1, null, "a" }, new List<object?> { 1, null }, new Dictionary<string, object?> { ["a"] = 1, ["b"] = null });
        Add(new Lock());
        Add<BitArray?>(null, new BitArray(0), new BitArray([true, false, true, true, false, false, true, false, true]));
        Add<ArrayList?>(null, [], ["a", 1, null]);
        Add<Hashtable?>(null, [], new Hashtable(StringComparer.OrdinalIgnoreCase) { ["a"] = 1, ["b"] = null });
    }

    private void AddSequences<T>(T[] items)
    {
        Add<T[]?>(items, [], null);
        Add<List<T>?>([.. items], null);
        Add<HashSet<T>?>([.. items], null);
        Add<Queue<T>?>(new(items), null);
        Add<Stack<T>?>(new(items), null);
        Add<LinkedList<T>?>(new(items), null);
        Add<SortedSet<T>?>(new(items), null);
        Add<ConcurrentQueue<T>?>(new(items), null);
        Add<ConcurrentStack<T>?>(new(items), null);
        Add<ConcurrentBag<T>?>(new(items), null);
        Add<ImmutableArray<T>>([.. items], [], default);
        Add<ImmutableList<T>?>([.. items], null);
        Add<ImmutableQueue<T>?>([.. items], null);
        Add<ImmutableStack<T>?>([.. items], null);
        Add<ImmutableHashSet<T>?>([.. items], null);
        Add<ImmutableSortedSet<T>?>([.. items], null);
        Add<FrozenSet<T>?>(items.ToFrozenSet(), null);
        Add<Collection<T>?>([.. items], null);
        Add<ObservableCollection<T>?>([.. items], null);
        Add<ReadOnlyCollection<T>?>(new(items), new([.. items.ToList()]), null);
        Add<ReadOnlySet<T>?>(new(new SortedSet<T>(items)), null);
        Add<Memory<T>>(items, items.AsMemory(1, 1), Array.Empty<T>(), default);
        Add<ReadOnlyMemory<T>>(items, default);
        Add<ArraySegment<T>>(items, default);
        Add<ImmutableArray<T>?>(null, ImmutableArray.Create(items), default(ImmutableArray<T>));
        Add<Memory<T>?>(null, items, default(Memory<T>));
        Add<ReadOnlyMemory<T>?>(null, items, default(ReadOnlyMemory<T>));
        Add<ArraySegment<T>?>(null, items, default(ArraySegment<T>));
        Add<(T, int)?>(null, (items[0], 1));
        Add<KeyValuePair<T, int>?>(null, new(items[0], 1));
        Add<IEnumerable<T>?>(items, items.ToList(), new LinkedList<T>(items), ImmutableArray.Create(items), null);
        Add<IReadOnlyCollection<T>?>(items, new Queue<T>(items), items.ToFrozenSet(), null);
        Add<IReadOnlyList<T>?>(items, items.ToList(), items.AsReadOnly(), null);
        Add<ICollection<T>?>(items, items.ToHashSet(), null);
        Add<IList<T>?>(items, items.ToList(), new Collection<T>([.. items]), null);
        Add<Tensor<T>?>(Tensor.Create(items, [1, 3]), null);
        Add<ISet<T>?>(items.ToHashSet(), new SortedSet<T>(items), null);
        Add<IReadOnlySet<T>?>(items.ToHashSet(), items.ToFrozenSet(), null);
        Add<IProducerConsumerCollection<T>?>(new ConcurrentQueue<T>(items), null);
        Add<IImmutableList<T>?>(ImmutableList.Create(items), ImmutableArray.Create(items), null);
        Add<IImmutableQueue<T>?>(ImmutableQueue.Create(items), null);
        Add<IImmutableStack<T>?>(ImmutableStack.Create(items), null);
        Add<IImmutableSet<T>?>(ImmutableHashSet.Create(items), ImmutableSortedSet.Create(items), null);
    }

    private void AddMaps<TKey, TValue>(TKey key, TValue value, TKey otherKey, TValue otherValue)
        where TKey : notnull
    {
        KeyValuePair<TKey, TValue>[] pairs = [new(key, value), new(otherKey, otherValue)];
        Add(pairs[0]);
        Add<Dictionary<TKey, TValue>?>(new(pairs), null);
        Add<SortedDictionary<TKey, TValue>?>(new(new Dictionary<TKey, TValue>(pairs)), null);
        Add<SortedList<TKey, TValue>?>(new(new Dictionary<TKey, TValue>(pairs)), null);
        Add<OrderedDictionary<TKey, TValue>?>(new(pairs), null);
        Add<PriorityQueue<TKey, TValue>?>(new(pairs.Select(pair => (pair.Key, pair.Value))), null);
        Add<ConcurrentDictionary<TKey, TValue>?>(new(pairs), null);
        Add<ImmutableDictionary<TKey, TValue>?>(ImmutableDictionary.CreateRange(pairs), null);
        Add<ImmutableSortedDictionary<TKey, TValue>?>(ImmutableSortedDictionary.CreateRange(pairs), null);
        Add<FrozenDictionary<TKey, TValue>?>(pairs.ToFrozenDictionary(), null);
        Add<ReadOnlyDictionary<TKey, TValue>?>(new(new Dictionary<TKey, TValue>(pairs)), null);
        Add<IDictionary<TKey, TValue>?>(new Dictionary<TKey, TValue>(pairs), ImmutableDictionary.CreateRange(pairs), null);
        Add<IReadOnlyDictionary<TKey, TValue>?>(new ConcurrentDictionary<TKey, TValue>(pairs), pairs.ToFrozenDictionary(), null);
        Add<IImmutableDictionary<TKey, TValue>?>(ImmutableDictionary.CreateRange(pairs), ImmutableSortedDictionary.CreateRange(pairs), null);
        var lookup = (Lookup<TKey, TValue>)pairs.Concat(pairs).ToLookup(pair => pair.Key, pair => pair.Value);
        Add<Lookup<TKey, TValue>?>(lookup, null);
        Add<ILookup<TKey, TValue>?>(lookup, Array.Empty<TValue>().ToLookup(_ => key), null);
        Add<IGrouping<TKey, TValue>?>(lookup.First(), null);
    }

    private void AddTuples<T>(T one)
        where T : notnull
    {
        Add(default(ValueTuple));
        Add(ValueTuple.Create(one));
        Add((one, one));
        Add((one, one, one));
        Add((one, one, one, one));
        Add((one, one, one, one, one));
        Add((one, one, one, one, one, one));
        Add((one, one, one, one, one, one, one));
        Add<Tuple<T>?>(Tuple.Create(one), null);
        Add(Tuple.Create(one, one));
        Add(Tuple.Create(one, one, one));
        Add(Tuple.Create(one, one, one, one));
        Add(Tuple.Create(one, one, one, one, one));
        Add(Tuple.Create(one, one, one, one, one, one));
        Add(Tuple.Create(one, one, one, one, one, one, one));
        Add(("one", 1));
        Add((1, "one"));
        Add(Tuple.Create("one", 1));
        Add(Tuple.Create(1, "one"));

        // What stands in the eighth place has to be a tuple; so of these there is nothing else.
        Add<Tuple<T, T, T, T, T, T, T, T>?>([null]);
        Add(default(ValueTuple<int, int, int, int, int, int, int, int>));
    }

    private void AddVectors()
    {
        Add(new Vector2(1, 2));
        Add(new Vector3(1, 2, 3));
        Add(new Vector4(1, 2, 3, float.NaN));
        Add(new Quaternion(1, 2, 3, 4));
        Add(new Plane(1, 2, 3, 4));
        Add(Matrix3x2.CreateRotation(1));
        Add(Matrix4x4.CreateRotationX(1));
        Add(new Vector<int>(7));
        Add(Vector64.Create(1, 2));
        Add(Vector128.Create(1, 2, 3, 4));
        Add(Vector256.Create(1, 2, 3, 4, 5, 6, 7, 8));
        Add(Vector512.Create(7) + Vector512<int>.Indices);
    }
}
