using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Text;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
[CancelAfter(60_000)]
internal sealed partial class Objects_that_occur_again_stay_one_object
{
    [Test]
    public void Of_users_classes()
    {
        var shared = new Person { Name = "a" };

        var copy = Wire.RoundTrip(new[] { shared, new Person { Name = "b", Friend = shared }, shared });

        Assert.That(copy[2], Is.SameAs(copy[0]));
        Assert.That(copy[1].Friend, Is.SameAs(copy[0]));
        Assert.That(copy.Select(person => person.Name), Is.EqualTo(new[] { "a", "b", "a" }));
    }

    [Test]
    public void Of_each_kind_of_object()
    {
        Stays(new Person());
        Stays(new int[] { 1, 2 });
        Stays(new[] { "a" });
        Stays(new int[,] { { 1 } });
        Stays(new List<int> { 1 });
        Stays(new List<string> { "a" });
        Stays(new Dictionary<string, int> { ["a"] = 1 });
        Stays(new HashSet<int> { 1 });
        Stays(new SortedDictionary<int, int> { [1] = 2 });
        Stays(new ConcurrentDictionary<int, int> { [1] = 2 });
        Stays(new Queue<int>([1]));
        Stays(new Collection<int> { 1 });
        Stays(new PriorityQueue<int, int>([(1, 2)]));
        Stays(ImmutableList.Create(1));
        Stays(new StringBuilder("a"));
        Stays(Tuple.Create(1, "a"));
        Stays(new Uri("http://localhost/"));
        Stays(new[] { 1 }.ToLookup(number => number));
    }

    [Test]
    public void However_they_are_declared()
    {
        var list = new List<int> { 1, 2 };
        var copy = Wire.RoundTrip(new Declared { List = list, Interface = list, Any = list, Sequence = list });

        Assert.That(copy.List, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(new object?[] { copy.Interface, copy.Any, copy.Sequence }, Has.All.SameAs(copy.List));
    }

    [TestCase(2)]
    [TestCase(8)]
    [TestCase(9)]
    [TestCase(300)]
    [TestCase(20_000)]
    public void However_many_there_are(int count)
    {
        var people = Enumerable.Range(0, count).Select(i => new Person { Name = $"{i}" }).ToArray();
        Person[] value = [.. people, .. people.Reverse()];

        var copy = Wire.RoundTrip(value);

        for (var i = 0; i < count; i++) Assert.That(copy[i].Name == $"{i}" && ReferenceEquals(copy[i], copy[^(i + 1)]));
    }

    [Test]
    public void Equal_ones_stay_two()
    {
        var copy = Wire.RoundTrip(new[] { new Equal(1), new Equal(1) });

        Assert.That(copy[0], Is.EqualTo(copy[1]).And.Not.SameAs(copy[1]));
    }

    /// <summary>With a copy of each object for each way that leads to it, this would be 2⁵⁰ objects.</summary>
    [Test]
    public void A_graph_whose_nodes_share_children_grows_with_its_nodes_only()
    {
        var layer = new Person();
        for (var i = 0; i < 50; i++) layer = new Person { Friend = layer, Other = layer };

        var bytes = Wire.Write(layer);

        Assert.That(bytes, Has.Length.LessThan(500));
        var copy = Wire.Read<Person>(bytes);
        var depth = 0;
        for (; copy.Friend is not null; copy = copy.Friend, depth++) Assert.That(copy.Other, Is.SameAs(copy.Friend));
        Assert.That(depth, Is.EqualTo(50));
    }

    [Test]
    public void Parents_and_children_refer_to_each_other()
    {
        var order = new Order { Id = 7 };
        order.Lines.AddRange([new Line { Order = order, Text = "a" }, new Line { Order = order, Text = "b" }]);
        order.ByText = order.Lines.ToDictionary(line => line.Text);

        var copy = Wire.RoundTrip(order);

        Assert.That(copy.Lines.Select(line => line.Text), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(copy.Lines, Has.All.Property("Order").SameAs(copy));
        Assert.That(copy.ByText["b"], Is.SameAs(copy.Lines[1]));
    }

    [TestCase(1)]
    [TestCase(100_000)]
    public void Elements_refer_to_the_list_that_holds_them(int count)
    {
        List<Member> list = [];
        for (var i = 0; i < count; i++) list.Add(new Member { List = list });

        var copy = Wire.Read<List<Member>>(Wire.Write(list));

        Assert.That(copy, Has.Count.EqualTo(count));
        Assert.That(copy.TrueForAll(member => member.List == copy));
    }

    [TestCase(1, true)]
    [TestCase(8192, true)]
    [TestCase(8193, false)]
    public void Elements_refer_to_the_array_that_holds_them_if_it_is_not_large(int count, bool arrives)
    {
        var array = new Member[count];
        for (var i = 0; i < count; i++) array[i] = new Member { Array = array };
        if (!arrives)
        {
            Assert.That(Wire.Refusal(array).Path, Is.EqualTo("Member[][0].Array"));
            return;
        }

        var copy = Wire.Read<Member[]>(Wire.Write(array));

        Assert.That(copy, Has.Length.EqualTo(count));
        Assert.That(Array.TrueForAll(copy, member => member.Array == copy));
    }

    [Test]
    public void No_key_is_hashed_before_it_is_complete()
    {
        // The root is a key of the tables that it holds, and its number, on which its hash code depends, is read after them.
        var root = new Key();
        root.Map[root] = "map";
        root.Set.Add(root);
        root.Mine.Add(root, "mine");
        root.Number = 12;

        var copy = Wire.RoundTrip(root);

        Assert.That((copy.Map[copy], copy.Mine[copy], copy.Set.Contains(copy)), Is.EqualTo(("map", "mine", true)));
        Assert.That(copy.Map.ContainsKey(new Key { Number = 12 }) && copy.Set.Contains(new Key { Number = 12 }));
        Assert.That((copy.Map.Count, copy.Set.Count, copy.Mine.Count), Is.EqualTo((1, 1, 1)));
    }

    [Test]
    public void Methods_that_bring_objects_up_to_date_run_when_the_cycle_is_complete_children_first()
    {
        var parent = new Called { Name = "parent" };
        parent.Child = new Called { Name = "child", Parent = parent };
        parent.Late = "late";

        Called.Seen.Clear();
        Wire.Read<Called>(Wire.Write(parent));

        Assert.That(Called.Seen, Is.EqualTo(new[] { "child of parent, late", "parent" }));
    }

    [Test]
    public void Two_values_share_nothing()
    {
        var shared = new Person { Name = "a" };
        var bytes = Wire.Written((ref MessagePackWriter writer, ValueContext context) =>
        {
            Wire.Compiled.Get<Person>().Write(ref writer, shared, context);
            Wire.Compiled.Get<Person>().Write(ref writer, shared, context);
        });

        var second = bytes[(bytes.Length / 2)..];
        Assert.That(bytes[..second.Length], Is.EqualTo(second));
    }

    [Test]
    public void A_cycle_that_cannot_be_created_again_is_refused_by_its_path()
    {
        var element = new Hashed();
        element.Set = [element];

        var refused = Wire.Refusal(element);

        Assert.That(refused.Path, Is.EqualTo("Hashed.Set[0]"));
        Assert.That(refused.Problem, Does.StartWith("This is a cyclic reference that cannot be created again: a System.Collections.Immutable.ImmutableHashSet<"));
    }

    [Test]
    public void One_that_is_made_from_its_own_content_is_refused_too()
    {
        var own = new Own();
        var root = new Rooted { Queue = new([own]) };
        own.Back = root.Queue;

        Assert.That(Wire.Refusal(root).Path, Is.EqualTo("Rooted.Queue[0].Back"));
    }

    [Test]
    public void A_users_formatter_never_sees_an_object_that_is_not_complete()
    {
        var document = new Document { Title = "title" };
        document.Page = new Page { Document = document };
        Assert.That(Wire.Refusal(document).Path, Is.EqualTo("Document.Page.Item1"));

        document = new Document { Title = "title" };
        document.Mark = new Mark { Document = document };
        Assert.That(Wire.Refusal(document).Path, Is.EqualTo("Document.Mark.Item1"));

        var complete = new Document { Title = "complete" };
        var copy = Wire.RoundTrip(new[] { complete, new Document { Page = new Page { Document = complete }, Mark = new Mark { Document = complete } } });
        Assert.That(copy[1].Page!.Document, Is.SameAs(copy[0]).And.SameAs(copy[1].Mark.Document));
        Assert.That(copy[1].Page!.Seen, Is.EqualTo("complete"));
    }

    [Test]
    public void A_users_formatter_may_skip_what_it_wrote()
    {
        var shared = new Person { Name = "shared" };
        var outer = new Person { Name = "outer" };
        var skipping = new Skipping { New = [shared, shared] };

        var copy = Wire.RoundTrip((outer, skipping, outer, new Person { Name = "last" }));

        Assert.That(copy.Item3, Is.SameAs(copy.Item1).And.Property("Name").EqualTo("outer"));
        Assert.That(copy.Item4.Name, Is.EqualTo("last"));
        Assert.That(copy.Item2.New[1], Is.SameAs(copy.Item2.New[0]).And.Property("Name").EqualTo("shared"));
    }

    [TestCase("92 C0 D4 02 05", "reference to number 5")]
    [TestCase("92 C0 D4 02 01", "reference to number 1")]
    [TestCase("D4 02 00", "reference to number 0")]
    [TestCase("92 C0 D6 02 FF FF FF FF", "reference to number 4294967295")]
    [TestCase("92 C0 C7 05 02 00 00 00 00 00", "ext 8")]
    [TestCase("DD 00 00 00 03 D4 03 00 92 C0 C0 92 C0 C0", "nothing refers to")]
    [TestCase("DD 00 00 00 03 D4 03 00 92 C0 92 C0 D4 02 02", "message ends")]
    [TestCase("DD 00 00 00 03 D4 03 00 92 D4 02 01 D4 02 02 92 C0 C0", "1 objects are missing")]
    public void References_to_nothing_are_errors(string hex, string problem)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));

        Assert.That(() => Wire.Read<Pair>(bytes), Throws.TypeOf<BrokenValueException>().With.Message.Contains(problem));
    }

    [Test]
    public void A_reference_to_an_object_of_another_type_is_an_error()
    {
        // The object number 1 is a list, not a person.
        var bytes = Convert.FromHexString("92C400D40201");

        Assert.That(() => Wire.Read<Mixed>(bytes), Throws.TypeOf<BrokenValueException>().With.Message.Contains("object of another type"));
        Assert.That(() => Wire.Read<Mixed>(Convert.FromHexString("92C400D40200")), Throws.TypeOf<BrokenValueException>());
    }

    [Test]
    public void After_a_failure_the_thread_reads_on()
    {
        Assert.That(() => Wire.Read<Pair>(Convert.FromHexString("9293")), Throws.TypeOf<BrokenValueException>());

        var shared = new Pair();
        var copy = Wire.RoundTrip(new Pair { First = shared, Second = shared });
        Assert.That(copy.First, Is.SameAs(copy.Second));
    }

    [Test]
    public void The_table_of_a_large_value_is_released()
    {
        var before = Stopwatch.GetTimestamp();
        var list = Enumerable.Range(0, 300_000).Select(i => new Equal(i)).ToList();
        var table = Measure(() => Wire.Read<List<Equal>>(Wire.Write(list)));

        Assert.That(table, Is.LessThan(2_000_000), $"bytes kept, after {Stopwatch.GetElapsedTime(before)}");
    }

    private static long Measure(Action action)
    {
        var before = GC.GetTotalMemory(true);
        action();
        return GC.GetTotalMemory(true) - before;
    }

    private static void Stays<T>(T value)
        where T : class
    {
        var copy = Wire.RoundTrip((value, 1, new[] { value, value }));

        Assert.That(copy.Item3, Has.All.SameAs(copy.Item1));
    }
}
