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
    public void A_circle_is_refused_through_each()
    {
        Circle((node, other) => node.Queue = new([other]), "Node.Queue[0].Queue[0]");
        Circle((node, other) => node.Array = new[,] { { other } }, "Node.Array[0, 0].Array[0, 0]");
        Circle((node, other) => node.Sorted = new() { [7] = other }, "Node.Sorted[7].Sorted[7]");
        Circle((node, other) => node.Concurrent = new() { ["a"] = other }, "Node.Concurrent[\"a\"].Concurrent[\"a\"]");
        Circle((node, other) => node.Frozen = new Dictionary<string, Node> { ["a"] = other }.ToFrozenDictionary(), "Node.Frozen[\"a\"].Frozen");
        Circle((node, other) => node.Immutable = [other], "Node.Immutable[0].Immutable[0]");
        Circle((node, other) => node.Memory = new[] { other }, "Node.Memory[0].Memory[0]");
        Circle((node, other) => node.Shell = new([other]), "Node.Shell[0].Shell[0]");
        Circle((node, other) => node.Interface = new[] { other }, "Node.Interface[0].Interface[0]");
        Circle((node, other) => node.Pair = [(other, 1)], "Node.Pair[0].Item1.Pair[0].Item1");
        Circle((node, other) => node.Grouped = new[] { other }.ToLookup(_ => 1), "Node.Grouped[0].value[0].Grouped");
    }

    private static void Circle(Action<Node, Node> connect, string path)
    {
        var node = new Node();
        connect(node, node);

        var e = Wire.Refusal(node);

        Assert.That(e.Problem, Does.StartWith("Values are nested too deeply here"));
        Assert.That(e.Path, Does.StartWith(path));
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
