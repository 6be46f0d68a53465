using System.Runtime.Serialization;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
internal sealed class Objects_travel_as_their_fields
{
    [Test]
    public void Private_readonly_and_inherited_fields_arrive_and_no_constructor_runs()
    {
        var cat = new Cat("Tom", 7) { Friend = new Cat("Jerry", 1) };
        cat.Scratch();
        Cat.Constructed = 0;

        var copy = Wire.RoundTrip(cat);

        Assert.That(Cat.Constructed, Is.Zero);
        Assert.That((copy.Name, copy.Age, copy.Scratches), Is.EqualTo(("Tom", 7, 1)));
        Assert.That((copy.Friend!.Name, copy.Friend.Friend), Is.EqualTo(("Jerry", (Cat?)null)));
    }

    [Test]
    public void The_base_class_comes_first_then_the_order_of_the_source()
    {
        var bytes = Wire.Write(new Derived { A = 1, B = 2, C = 3 });

        Assert.That(bytes, Is.EqualTo(new byte[] { 0x93, 1, 2, 3 }));
    }

    [Test]
    public void Fields_marked_as_such_are_left_out()
    {
        var value = new Partial { Kept = 1, Field = 2, Property = 3, Automatic = 4, Stream = new MemoryStream() };

        Assert.That(Wire.Write(value), Is.EqualTo(new byte[] { 0x91, 1 }));
        var copy = Wire.RoundTrip(value);
        Assert.That((copy.Kept, copy.Field, copy.Property, copy.Automatic, copy.Stream), Is.EqualTo((1, 0, 0, 0, (Stream?)null)));
    }

    [Test]
    public void A_tree_whose_nodes_hold_lists_of_nodes()
    {
        var copy = Wire.RoundTrip(new Node(1, [new Node(2, []), new Node(3, [new Node(4, null)])]));

        Assert.That(copy.Children![1].Children![0].Value, Is.EqualTo(4));
        Assert.That(copy.Children[1].Children![0].Children, Is.Null);
        Assert.That(copy.Children[0].Children, Is.Empty);
    }

    [Test]
    public void Records_anonymous_types_and_structs()
    {
        Assert.That(Wire.RoundTrip(new Point(1, -2, "p")), Is.EqualTo(new Point(1, -2, "p")));
        Assert.That(Wire.RoundTrip(new Size(3, 4)), Is.EqualTo(new Size(3, 4)));
        Assert.That(Wire.RoundTrip(new { Name = "x", Parts = 5 }), Is.EqualTo(new { Name = "x", Parts = 5 }));
        Assert.That(Wire.RoundTrip<Size?>(null), Is.Null);
        Assert.That(Wire.RoundTrip<Size?>(new Size(1, 2)), Is.EqualTo(new Size(1, 2)));
    }

    [Test]
    public void A_null_reference_is_nil() => Assert.That(Wire.Write<Point?>(null), Is.EqualTo(new byte[] { 0xC0 }));

    [Test]
    public void Another_number_of_fields_is_an_error()
    {
        var e = Assert.Throws<ProcessPool.Values.BrokenValueException>(() => Wire.Read<Size>([0x93, 1, 2, 3]))!;

        Assert.That(e.Message, Does.Contain("Expected the 2 fields").And.Contain("found 3"));
    }

    internal class Animal(string name)
    {
        private readonly string _name = name;
        public string Name => _name;
    }

    internal sealed class Cat : Animal
    {
        private int _scratches;

        public Cat(string name, int age)
            : base(name)
        {
            Age = age;
            Constructed++;
        }

        public static int Constructed { get; set; }
        public int Age { get; }
        public Cat? Friend { get; init; }
        public int Scratches => _scratches;

        public void Scratch() => _scratches++;
    }

    internal class Base
    {
        public int A;
    }

    internal sealed class Derived : Base
    {
        public int B;
        public int C { get; set; }
    }

    internal sealed class Partial
    {
        public int Kept;
        [NonSerialized]
        public int Field;
        [IgnoreDataMember]
        public int Property { get; set; }
        [field: NonSerialized]
        public int Automatic { get; set; }
        [IgnoreDataMember]
        public Stream? Stream;
    }

    internal sealed class Node(int value, List<Node>? children)
    {
        public int Value => value;
        public List<Node>? Children { get; } = children;
    }

    internal sealed record Point(int X, int Y, string Name);

    internal readonly record struct Size(int Width, int Height);
}
