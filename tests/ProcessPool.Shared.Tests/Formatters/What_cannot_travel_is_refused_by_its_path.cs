using System.Globalization;
using System.Runtime.CompilerServices;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
internal sealed class What_cannot_travel_is_refused_by_its_path
{
    [Test]
    public void The_path_goes_from_the_outermost_user_type_down_the_fields()
    {
        var e = Wire.Refusal(typeof(Order));

        Assert.That(e.Message, Does.StartWith("Order.Customer.Stream: System.IO.Stream cannot be sent to another process. "));
        Assert.That(e.Message, Does.Contain("[NonSerialized]").And.Contain("inside the function"));
        Assert.That((e.Path, e.ValueType), Is.EqualTo(("Order.Customer.Stream", typeof(Stream))));
        Assert.That(e.Within("order").Path, Is.EqualTo("order.Customer.Stream"));
        Assert.That(Wire.Refusal(typeof(List<Order?[]>)).Path, Is.EqualTo("Order.Customer.Stream"));
        Assert.That(Wire.Refusal(typeof(Customer)).Path, Is.EqualTo("Customer.Stream"));
    }

    [Test]
    public void A_refusal_stays_one_and_is_the_same_for_everybody()
    {
        var paths = new string[16];
        Parallel.For(0, paths.Length, i => paths[i] = Assert.Throws<ValueException>(() => ProcessPool.Values.Formatters.Get<Loop>())!.Path);

        Assert.That(paths, Is.All.EqualTo("Loop.Other.Handle"));
        Assert.That(Wire.Refusal(typeof(LoopBack)).Path, Is.EqualTo("LoopBack.Handle"));
        Assert.That(Wire.Refusal(typeof(Loop)).Path, Is.EqualTo("Loop.Other.Handle"));
    }

    [TestCase(typeof(CancellationToken), "as a separate variable")]
    [TestCase(typeof(IAsyncEnumerable<int>), "Collect them in a list first")]
    [TestCase(typeof(IComparable), "Declare a concrete type instead")]
    public void The_way_out_suits_the_type(Type type, string wayOut) => Assert.That(Wire.Refusal(type).Message, Does.Contain(wayOut));

    [TestCase(typeof(Stream), "Stream", "System.IO.Stream")]
    [TestCase(typeof(nint), "IntPtr", "System.IntPtr")]
    [TestCase(typeof(nuint), "UIntPtr", "System.UIntPtr")]
    [TestCase(typeof(nint[]), "IntPtr", "System.IntPtr")]
    [TestCase(typeof(int*), "Int32*", "System.Int32*")]
    [TestCase(typeof(Span<int>), "Span<Int32>", "System.Span<System.Int32>")]
    [TestCase(typeof(nint[,]), "IntPtr", "System.IntPtr")]
    [TestCase(typeof(IEnumerable<nint>), "IntPtr", "System.IntPtr")]
    [TestCase(typeof(IDictionary<int, Stream>), "Stream", "System.IO.Stream")]
    [TestCase(typeof(IAsyncEnumerable<int>), "IAsyncEnumerable<Int32>", "System.Collections.Generic.IAsyncEnumerable<System.Int32>")]
    [TestCase(typeof(System.Collections.IEnumerable), "IEnumerable", "System.Collections.IEnumerable")]
    [TestCase(typeof(Lazy<int>), "Lazy<Int32>", "System.Lazy<System.Int32>")]
    [TestCase(typeof(List<>), "List<T>", "System.Collections.Generic.List<T>")]
    [TestCase(typeof(Action), "Action", "System.Action")]
    [TestCase(typeof(Task<int?>), "Task<Int32?>", "System.Threading.Tasks.Task<System.Int32?>")]
    [TestCase(typeof(System.Net.Cookie), "Cookie", "System.Net.Cookie")]
    [TestCase(typeof(void), "Void", "System.Void")]
    public void A_type_is_named_in_full_after_the_path(Type type, string path, string name) =>
        Assert.That(Wire.Refusal(type).Message, Does.StartWith($"{path}: {name} cannot be sent to another process. "));

    [Test]
    public void Pointers_and_handles_are_refused_in_blocks_too()
    {
        Assert.That(Wire.Refusal(typeof(WithPointer[])).Path, Is.EqualTo("WithPointer.Address"));
        Assert.That(Wire.Refusal(typeof(WithHandle[])).Path, Is.EqualTo("WithHandle.Inner.Handle"));
        Assert.That(Wire.Refusal(typeof(List<(int, nint)>)).Path, Is.EqualTo("ValueTuple<Int32, IntPtr>.Item2"));
    }

    [Test]
    public void Fields_have_the_names_of_the_source()
    {
        Assert.That(Wire.Refusal(typeof(Primary)).Path, Is.EqualTo("Primary.socket"));
        Assert.That(Wire.Refusal(new { Inner = Stream.Null }.GetType()).Path, Does.EndWith(".Inner"));
        Assert.That(Wire.Refusal(typeof(Tuple<int, Stream>)).Path, Is.EqualTo("Tuple<Int32, Stream>.Item2"));
    }

    [Test]
    public void What_does_not_say_which_type_to_create_is_refused_with_the_way_out()
    {
        Assert.That(Wire.Refusal(typeof(Shape)).Message, Does.StartWith("Shape: ").And.Contain("[KnownType(typeof("));
        Assert.That(Wire.Refusal(typeof(IShape)).Message, Does.Contain("interface").And.Contain("concrete type"));
        Assert.That(Wire.Refusal(new WithObject { Anything = DayOfWeek.Friday }).Message, Does.StartWith("WithObject.Anything: The value is a System.DayOfWeek, but is declared as System.Object"));
    }

    [Test]
    public void A_value_of_a_derived_type_is_never_cut_down()
    {
        var e = Wire.Refusal(new Zoo { Cages = [[new Animal()], [new Animal(), null, new Dog()]] });

        Assert.That(e.Path, Is.EqualTo("Zoo.Cages[1][2]"));
        Assert.That(e.Problem, Does.Contain("Dog").And.Contain("[KnownType(typeof(Dog))] on Animal"));
        Assert.That(e.Within("zoo").Path, Is.EqualTo("zoo.Cages[1][2]"));
        Assert.That(Wire.Refusal<Animal[]>(new Dog[1]).Path, Is.EqualTo("Animal[]"));
        Assert.That(Wire.Refusal((uint[])(object)new int[1]).Problem, Does.Contain("System.Int32[]"));
        Assert.That(Wire.Refusal<List<int>>(new Numbers()).Problem, Does.Contain("Numbers"));
        Assert.That(Wire.Refusal<Dictionary<string, Animal>>(new() { ["rex"] = new Dog() }).Path, Does.EndWith("[\"rex\"]"));
        Assert.That(Wire.Refusal<Dictionary<int, Animal>>(new() { [7] = new Dog() }).Path, Does.EndWith("[7]"));
    }

    [Test]
    public void Classes_of_the_framework_keep_their_insides_to_themselves() =>
        Assert.That(Wire.Refusal(typeof(Waiting)).Problem, Does.Contain("inherits private state from System.Collections.Generic.Queue<System.Int32>"));

    [Test]
    public void Comparers_that_nobody_else_knows_are_refused_by_name()
    {
        var e = Wire.Refusal(new Dictionary<string, int>(new Backwards()));

        Assert.That(e.Problem, Does.Contain("Backwards").And.Contain("StringComparer"));
        var german = StringComparer.Create(CultureInfo.GetCultureInfo("de-DE"), ignoreCase: true);
        Assert.That(Wire.Refusal(new HashSet<string>(german)).Problem, Does.Contain("Its comparer"));
    }

    [Test]
    public void Types_without_end_and_inline_references_are_refused()
    {
        Assert.That(Wire.Refusal(typeof(Endless<int>)).Problem, Does.Contain("ever longer generic types"));
        Assert.That(Wire.Refusal(typeof(Names)).Problem, Does.Contain("Inline arrays"));
    }

    [Test]
    public void Delegates_are_refused_until_somebody_knows_them()
    {
        var resolver = new ValueResolver();
        Assert.That(() => resolver.Get(typeof(WithDelegate)), Throws.TypeOf<ValueException>().With.Property("Path").EqualTo("WithDelegate.Compute"));

        resolver.Beyond = (type, _) => type == typeof(Func<int, int>) ? new Doubling() : null;

        Assert.That(Wire.Read<WithDelegate>(Wire.Write(new WithDelegate { Compute = i => i }, resolver), resolver).Compute!(21), Is.EqualTo(42));
        Assert.That(() => resolver.Get(typeof(Action)), Throws.TypeOf<ValueException>());
        resolver.Beyond = (_, _) => new Doubling();
        Assert.That(() => resolver.Get(typeof(Action)), Throws.TypeOf<InvalidOperationException>());
    }

    internal sealed class Order
    {
        public string? Name { get; set; }
        public Customer? Customer { get; set; }
    }

    internal sealed class Customer
    {
        public Stream? Stream;
    }

    internal sealed class Loop
    {
        public LoopBack? Other;
    }

    internal sealed class LoopBack
    {
        public Loop? Back;
        public nint Handle;
    }

    internal unsafe struct WithPointer
    {
        public int* Address;
    }

    internal struct WithHandle
    {
        public LoopInner Inner;
    }

    internal struct LoopInner
    {
        public nuint Handle;
    }

    internal sealed class Primary(System.Net.Sockets.Socket socket)
    {
        public bool Connected => socket.Connected;
    }

    internal abstract class Shape;

    internal interface IShape;

    internal sealed class WithObject
    {
        public object? Anything;
    }

    internal sealed class Zoo
    {
        public List<Animal?[]>? Cages { get; init; }
    }

    internal class Animal;

    internal sealed class Dog : Animal;

    internal sealed class Numbers : List<int>;

    internal sealed class Waiting : Queue<int>;

    internal sealed class Backwards : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => x == y;

        public int GetHashCode(string obj) => obj.Length;
    }

    internal sealed class Endless<T>
    {
        public Endless<List<T>>? Next;
    }

    [InlineArray(2)]
    internal struct Names
    {
        private string? _first;
    }

    internal sealed class WithDelegate
    {
        public Func<int, int>? Compute;
    }

    private sealed class Doubling : ValueFormatter<Func<int, int>?>
    {
        public override void Serialize(ref MessagePackWriter writer, Func<int, int>? value, MessagePackSerializerOptions options) => writer.WriteNil();

        public override Func<int, int>? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            Assert.That(reader.TryReadNil(), Is.True);
            return i => 2 * i;
        }
    }
}
