using System.Runtime.Serialization;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
internal sealed class Known_types_travel_as_what_they_are
{
    [Test]
    public void Each_listed_type_and_the_declared_one_itself()
    {
        var copy = Wire.RoundTrip<Animal?[]>([new Dog { Name = "Rex", Bones = 3 }, new Cat { Name = "Tom" }, new Animal { Name = "?" }, null]);

        Assert.That(copy.Select(a => a?.GetType()), Is.EqualTo(new[] { typeof(Dog), typeof(Cat), typeof(Animal), null }));
        Assert.That((copy[0]!.Name, ((Dog)copy[0]!).Bones), Is.EqualTo(("Rex", 3)));
    }

    [Test]
    public void The_wire_has_the_place_in_the_list_and_never_a_name()
    {
        Assert.That(Wire.Write<Animal>(new Dog { Bones = 3 }), Is.EqualTo(new byte[] { 0x92, 0, 0x92, 0xC0, 3 }));
        Assert.That(Wire.Write(new Animal()), Is.EqualTo(new byte[] { 0x92, 0xC0, 0x91, 0xC0 }));
        Assert.That(Wire.Write(new Dog { Bones = 3 }), Is.EqualTo(new byte[] { 0x92, 0xC0, 3 }));
    }

    [Test]
    public void Abstract_types_and_expressions_that_hold_themselves()
    {
        Expression sum = new Sum { Left = new Number { Value = 1 }, Right = new Sum { Left = new Number { Value = 2 }, Right = new Number { Value = 3 } } };

        Assert.That(Wire.RoundTrip(sum).Evaluate(), Is.EqualTo(6));
    }

    [Test]
    public void A_type_that_is_not_listed_is_refused()
    {
        var e = Wire.Refusal<Animal>(new Puppy());

        Assert.That(e.Problem, Does.Contain("Puppy").And.Contain("[KnownType(typeof(Puppy))] on Animal"));
        Assert.That(Wire.Refusal(typeof(Wrong)).Problem, Does.Contain("lists System.String as a [KnownType]"));
    }

    [Test]
    public void A_method_may_list_them()
    {
        Assert.That(Wire.RoundTrip<Shape[]>([new Circle { Radius = 2 }, new Shape()]).Select(s => s.GetType()), Is.EqualTo(new[] { typeof(Circle), typeof(Shape) }));
        Assert.That(Wire.Refusal(typeof(NoMethod)).Problem, Does.Contain("\"Missing\"").And.Contain("static method"));
        Assert.That(Wire.Refusal(typeof(NoTypes)).Problem, Does.Contain("\"Types\"").And.Contain("IEnumerable<Type>"));
        Assert.That(Wire.Refusal(typeof(Throwing)).Problem, Does.Contain("System.InvalidOperationException: not now"));
    }

    [Test]
    public void Wrong_places_in_the_list_are_errors()
    {
        Assert.That(() => Wire.Read<Animal>([0x92, 2, 0x91, 0xC0]), Throws.TypeOf<BrokenValueException>());
        Assert.That(() => Wire.Read<Animal>([0x92, 0, 0xC0]), Throws.TypeOf<BrokenValueException>());
        Assert.That(() => Wire.Read<Animal>([0x91, 0xC0]), Throws.TypeOf<BrokenValueException>());
        Assert.That(() => Wire.Read<Expression>([0x92, 0xC0, 0x90]), Throws.TypeOf<BrokenValueException>());
    }

    [KnownType(typeof(Dog))]
    [KnownType(typeof(Cat))]
    internal class Animal
    {
        public string? Name;
    }

    internal class Dog : Animal
    {
        public int Bones;
    }

    internal sealed class Puppy : Dog;

    internal sealed class Cat : Animal;

    [KnownType(typeof(Number))]
    [KnownType(typeof(Sum))]
    internal abstract class Expression
    {
        public abstract int Evaluate();
    }

    internal sealed class Number : Expression
    {
        public int Value;

        public override int Evaluate() => Value;
    }

    internal sealed class Sum : Expression
    {
        public required Expression Left { get; init; }
        public required Expression Right { get; init; }

        public override int Evaluate() => Left.Evaluate() + Right.Evaluate();
    }

    [KnownType(nameof(Types))]
    internal class Shape
    {
        private static IEnumerable<Type> Types()
        {
            yield return typeof(Circle);
        }
    }

    internal sealed class Circle : Shape
    {
        public int Radius;
    }

    [KnownType("Missing")]
    internal class NoMethod;

    [KnownType(nameof(Types))]
    internal class NoTypes
    {
        public static string Types() => "";
    }

    [KnownType(nameof(Types))]
    internal class Throwing
    {
        public static Type[] Types() => throw new InvalidOperationException("not now");
    }

    [KnownType(typeof(string))]
    internal class Wrong;
}
