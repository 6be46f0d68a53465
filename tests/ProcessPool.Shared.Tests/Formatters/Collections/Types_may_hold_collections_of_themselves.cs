using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters.Collections;

[TestFixture]
internal sealed class Types_may_hold_collections_of_themselves
{
    private static readonly Type[] Fields = [.. typeof(Node).GetFields().Select(field => field.FieldType)];

    [TestCaseSource(nameof(Fields))]
    public void Whichever_is_asked_for_first(Type type)
    {
        var resolver = new ValueResolver();

        Assert.That(resolver.Get(type).Type, Is.EqualTo(type));
        Assert.That(resolver.Get(typeof(Node)).Type, Is.EqualTo(typeof(Node)));
    }

    [Test]
    public void A_tree_travels()
    {
        var leaf = new Node();
        var tree = new Node
        {
            Queue = new([leaf]),
            Array = new[,] { { leaf, null } },
            Sorted = new() { [1] = leaf },
            Frozen = new Dictionary<string, Node> { ["a"] = leaf }.ToFrozenDictionary(),
            Shell = new([leaf]),
            Interface = [leaf, leaf],
            Any = new List<object> { 1 },
            Pair = [(leaf, 1)],
            Grouped = new[] { leaf }.ToLookup(_ => 1),
        };

        var copy = Wire.Read<Node>(Wire.Write(tree));

        Assert.That(copy.Queue!.Peek()!.Queue, Is.Null);
        Assert.That((copy.Array![0, 0] is null, copy.Array[0, 1] is null), Is.EqualTo((false, true)));
        Assert.That(new[] { copy.Sorted![1], copy.Frozen!["a"], copy.Shell![0], copy.Pair![0].Item1 }, Has.All.Not.Null);
        Assert.That((copy.Interface!.Count, copy.Pair[0].Item2), Is.EqualTo((2, 1)));
        Assert.That(copy.Any, Is.EqualTo(new object[] { 1 }));
        Assert.That(copy.Grouped![1].Single(), Is.Not.Null);
    }

    [Test]
    public void A_cycle_through_each_arrives_as_one()
    {
        Cycle((node, other) => node.List = [other], copy => copy.List![0]);
        Cycle((node, other) => node.Vector = [other], copy => copy.Vector![0]);
        Cycle((node, other) => node.Queue = new([other]), copy => copy.Queue!.Peek());
        Cycle((node, other) => node.Array = new[,] { { other } }, copy => copy.Array![0, 0]);
        Cycle((node, other) => node.Sorted = new() { [7] = other }, copy => copy.Sorted![7]);
        Cycle((node, other) => node.Concurrent = new() { ["a"] = other }, copy => copy.Concurrent!["a"]);
        Cycle((node, other) => node.Frozen = new Dictionary<string, Node> { ["a"] = other }.ToFrozenDictionary(), copy => copy.Frozen!["a"]);
        Cycle((node, other) => node.Immutable = [other], copy => copy.Immutable[0]);
        Cycle((node, other) => node.Memory = new[] { other }, copy => copy.Memory.Span[0]);
        Cycle((node, other) => node.Shell = new([other]), copy => copy.Shell![0]);
        Cycle((node, other) => node.Interface = new[] { other }, copy => copy.Interface!.Single());
        Cycle((node, other) => node.Pair = [(other, 1)], copy => copy.Pair![0].Item1);
        Cycle((node, other) => node.Grouped = new[] { other }.ToLookup(_ => 1), copy => copy.Grouped![1].Single());
    }

    private static void Cycle(Action<Node, Node> connect, Func<Node, Node?> follow)
    {
        var node = new Node();
        connect(node, node);

        var copy = Wire.RoundTrip(node);

        Assert.That(copy, Is.Not.SameAs(node));
        Assert.That(follow(copy), Is.SameAs(copy));
    }

    internal sealed class Node
    {
        public List<Node>? List;
        public Node?[]? Vector;
        public Queue<Node?>? Queue;
        public Node?[,]? Array;
        public SortedList<int, Node>? Sorted;
        public ConcurrentDictionary<string, Node>? Concurrent;
        public FrozenDictionary<string, Node>? Frozen;
        public ImmutableArray<Node> Immutable;
        public Memory<Node> Memory;
        public ReadOnlyCollection<Node>? Shell;
        public IReadOnlyCollection<Node>? Interface;
        public List<(Node, int)>? Pair;
        public ILookup<int, Node>? Grouped;
        public IDictionary<string, IEnumerable<Node[,]>>? Nested;
        public object? Any;
    }
}
