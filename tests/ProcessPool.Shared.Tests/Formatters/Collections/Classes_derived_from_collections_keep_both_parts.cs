using System.Collections.ObjectModel;
using System.Net.Mail;
using System.Runtime.Serialization;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters.Collections;

[TestFixture]
internal sealed class Classes_derived_from_collections_keep_both_parts
{
    [Test]
    public void Lists()
    {
        var row = new Row("first") { 3, 1, 2 };

        var copy = Wire.RoundTrip(row);

        Assert.That((copy.Name, copy.Constructed), Is.EqualTo(("first", 1)));
        Assert.That(copy, Is.EqualTo(new[] { 3, 1, 2 }));
        copy.Add(4);
        Assert.That(copy, Has.Count.EqualTo(4));
        Assert.That(Wire.RoundTrip<Row?>(null), Is.Null);
        Assert.That(Wire.RoundTrip(new Row("empty")), Is.Empty);
    }

    [Test]
    public void Dictionaries_and_sets_with_their_comparer()
    {
        var index = new Index { Version = 5 };
        index["b"] = [1];
        index["A"] = [];

        var copy = Wire.RoundTrip(index);

        Assert.That((copy.Version, copy.Comparer), Is.EqualTo((5, (IEqualityComparer<string>)StringComparer.OrdinalIgnoreCase)));
        Assert.That(copy.Keys, Is.EqualTo(new[] { "b", "A" }));
        Assert.That(copy["B"], Is.EqualTo(new[] { 1 }));
        var names = Wire.RoundTrip(new Names { "x", "y" });
        Assert.That((names.Contains("X"), names.Count), Is.EqualTo((true, 2)));
    }

    [Test]
    public void Collections_and_what_derives_from_a_derived_class()
    {
        var copy = Wire.RoundTrip(new SpecialLog { "a", "b" });

        Assert.That(copy, Is.EqualTo(new[] { "A", "B" }));
        Assert.That((copy.Added, copy.Special), Is.EqualTo((2, true)));
        copy.Add("c");
        Assert.That(copy.Added, Is.EqualTo(3));
    }

    [Test]
    public void A_tree_of_lists_of_itself()
    {
        var copy = Wire.RoundTrip(new Node { new Node { new Node() }, new Node() });

        Assert.That((copy.Count, copy[0].Count, copy[0][0].Count, copy[1].Count), Is.EqualTo((2, 1, 0, 0)));
        var cycle = new Node();
        cycle.Add(cycle);
        var second = Wire.RoundTrip(cycle);
        Assert.That(second.Single(), Is.SameAs(second));
    }

    [Test]
    public void They_may_be_known_types()
    {
        var copy = Wire.RoundTrip(new Document { new Chapter { new Document() }, new Document() });

        Assert.That((copy[0].GetType(), copy[0].Count, copy[1].GetType()), Is.EqualTo((typeof(Chapter), 1, typeof(Document))));
    }

    [Test]
    public void What_only_has_their_interfaces_is_its_fields()
    {
        var copy = Wire.RoundTrip(new Countdown { From = 3, Name = "start" });

        Assert.That((copy.From, copy.Name), Is.EqualTo((3, "start")));
        Assert.That(copy, Is.EqualTo(new[] { 3, 2, 1 }));
    }

    [Test]
    public void What_inherits_from_others_is_refused()
    {
        Assert.That(Wire.Refusal(typeof(ByName)).Problem, Does.Contain("KeyedCollection<System.String, System.String>"));
        Assert.That(Wire.Refusal(typeof(Seen)).Problem, Does.Contain("ObservableCollection<System.Int32>"));
        Assert.That(Wire.Refusal(typeof(Friends)).Path, Is.EqualTo("MailAddress"));
        Assert.That(Wire.Refusal(new Row2 { Inner = { new Dog() } }).Path, Is.EqualTo("Row2.Inner[0]"));
    }

    [TestCase(new byte[] { 0x91, 0xC0 })]
    [TestCase(new byte[] { 0x93, 0xC0, 0xC0, 0 })]
    [TestCase(new byte[] { 0x93, 0xC4, 3, 0, 0, 0, 0xC0, 0 })]
    public void Other_bytes_are_errors(byte[] bytes) => Assert.That(() => Wire.Read<Row>(bytes), Throws.TypeOf<BrokenValueException>());

    internal sealed class Row : List<int>
    {
        public Row(string name)
        {
            Name = name;
            Constructed++;
        }

        public string Name { get; }
        public int Constructed { get; }
    }

    internal sealed class Row2
    {
        public Animals Inner { get; } = [];
    }

    internal sealed class Animals : List<Animal>;

    internal class Animal;

    internal sealed class Dog : Animal;

    internal sealed class Index() : Dictionary<string, int[]>(StringComparer.OrdinalIgnoreCase)
    {
        public int Version { get; init; }
    }

    internal sealed class Names() : HashSet<string>(StringComparer.OrdinalIgnoreCase);

    internal class Log : Collection<string>
    {
        public int Added { get; private set; }

        protected override void InsertItem(int index, string item)
        {
            Added++;
            base.InsertItem(index, item.ToUpperInvariant());
        }
    }

    internal sealed class SpecialLog : Log
    {
        public bool Special { get; init; } = true;
    }

    internal sealed class Node : List<Node>;

    [KnownType(typeof(Chapter))]
    internal class Document : List<Document>;

    internal sealed class Chapter : Document;

    internal sealed class Countdown : IEnumerable<int>
    {
        public int From { get; init; }
        public string? Name { get; init; }

        public IEnumerator<int> GetEnumerator() => Enumerable.Range(1, From).Reverse().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    internal sealed class ByName : KeyedCollection<string, string>
    {
        protected override string GetKeyForItem(string item) => item;
    }

    internal sealed class Seen : ObservableCollection<int>;

    internal sealed class Friends : MailAddressCollection;
}
