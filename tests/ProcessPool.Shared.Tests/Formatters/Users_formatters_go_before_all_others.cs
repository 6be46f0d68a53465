using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
internal sealed class Users_formatters_go_before_all_others
{
    [Test]
    public void Named_by_the_type()
    {
        Assert.That(Wire.RoundTrip(new Handle("a path")).Path, Is.EqualTo("a path"));
        Assert.That(Wire.RoundTrip<Handle?>(null), Is.Null);
        Assert.That(Wire.Write(new Handle("x")), Is.EqualTo(Wire.Write("x")));
        Assert.That(Wire.RoundTrip(new Box<Handle>(new Handle("y"))).Content.Path, Is.EqualTo("y"));
        Assert.That(Wire.RoundTrip((Handle[])[new Handle("z")])[0].Path, Is.EqualTo("z"));
    }

    [Test]
    public void Open_ones_for_generic_types()
    {
        var grid = Wire.RoundTrip(new Grid<string>(2) { Cells = { [1, 0] = "here" } });
        Assert.That(grid.Cells[1, 0], Is.EqualTo("here"));
    }

    [Test]
    public void Of_values_whose_arrays_would_be_blocks()
    {
        Celsius[] warm = [new(20), new(-300)];
        Assert.That(Wire.RoundTrip(warm[..1]), Is.EqualTo(warm[..1]));
        var refusal = Wire.Refusal(new Box<Celsius[]>(warm));
        Assert.That(refusal.Message, Does.StartWith("Box<Celsius[]>.Content[1]: ").And.Contains("below absolute zero"));
        Assert.That(refusal.InnerException, Is.TypeOf<ArgumentException>());
        Assert.That(() => Wire.Read<Celsius>(Wire.Write(-300.0)), Throws.TypeOf<ValueException>().With.Message.Contains("below absolute zero"));
    }

    [Test]
    public void Registered_for_the_types_of_others()
    {
        var resolver = new ValueResolver(users: new UserFormatters([typeof(StreamFormatter), typeof(PairFormatter<,>)]));
        var stream = Wire.Read<Stream>(Wire.Write<Stream>(new MemoryStream([1, 2, 3]), resolver), resolver);
        Assert.That(((MemoryStream)stream).ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(Wire.Write(new KeyValuePair<int, string>(1, "a"), resolver), Is.EqualTo(Wire.Write("1=a")));
        Assert.That(() => Wire.Compiled.Get(typeof(Stream)), Throws.TypeOf<ValueException>());
    }

    [Test]
    public void But_not_if_they_could_not_work()
    {
        Assert.That(() => new UserFormatters([typeof(string)]), Throws.ArgumentException.With.Message.Contains("System.String is not a formatter"));
        Assert.That(() => new UserFormatters([typeof(Shared)]), Throws.ArgumentException.With.Message.Contains("parameterless"));
        Assert.That(() => new UserFormatters([typeof(Numbers)]), Throws.ArgumentException.With.Message.Contains("System.Int32"));
        Assert.That(() => new UserFormatters([typeof(HandleFormatter), typeof(OtherHandleFormatter)]), Throws.ArgumentException.With.Message.Contains("both"));
        Assert.That(Wire.Refusal(typeof(Mistaken)).Message, Does.Contain("does not format it"));
        Assert.That(Wire.Refusal(typeof(Faulty)).Message, Does.Contain("cannot be created: no luck"));
        Assert.That(Wire.Refusal(typeof(Box<Hopeless>)).Message, Does.StartWith("Box<Hopeless>.Content: System.IO.Stream cannot be sent"));
    }

    [Test]
    public void And_never_lose_what_a_derived_class_adds()
    {
        Assert.That(Wire.Refusal<Handle>(new SpecialHandle()).Message, Does.Contain("SpecialHandle"));
        Assert.That(Wire.RoundTrip<Shape>(new Circle(3)), Is.EqualTo(new Circle(3)));
    }

    [Test]
    public void Nor_turn_a_value_into_nothing()
    {
        Assert.That(Wire.Refusal(new Handle(null!)).Message, Does.Contain("null"));
    }

    [ValueFormatter(typeof(HandleFormatter))]
    private class Handle(string path)
    {
        public string Path => path;

        private readonly nint _address = 1;

        public nint Address => _address;
    }

    private sealed class SpecialHandle() : Handle("special");

    private sealed class HandleFormatter : IValueFormatter<Handle, string>
    {
        public string ToData(Handle value) => value.Path;

        public Handle FromData(string data) => new(data);
    }

    private sealed class OtherHandleFormatter : IValueFormatter<Handle, int>
    {
        public int ToData(Handle value) => 0;

        public Handle FromData(int data) => new("");
    }

    private sealed record Box<T>(T Content);

    [ValueFormatter(typeof(GridFormatter<>))]
    private sealed class Grid<T>(int size)
    {
        public T[,] Cells { get; } = new T[size, size];

        public int Size => size;
    }

    private sealed class GridFormatter<T> : IValueFormatter<Grid<T>, List<T>>
    {
        public List<T> ToData(Grid<T> value) => [.. value.Cells.Cast<T>()];

        public Grid<T> FromData(List<T> data)
        {
            var grid = new Grid<T>((int)Math.Sqrt(data.Count));
            for (var i = 0; i < data.Count; i++) grid.Cells[i / grid.Size, i % grid.Size] = data[i];
            return grid;
        }
    }

    [ValueFormatter(typeof(CelsiusFormatter))]
    private readonly record struct Celsius(double Degrees);

    private sealed class CelsiusFormatter : IValueFormatter<Celsius, double>
    {
        public double ToData(Celsius value) => Checked(value.Degrees);

        public Celsius FromData(double data) => new(Checked(data));

        private static double Checked(double degrees) => degrees >= -273.15 ? degrees : throw new ArgumentException("below absolute zero");
    }

    private sealed class StreamFormatter : IValueFormatter<Stream, byte[]>
    {
        public byte[] ToData(Stream value) => ((MemoryStream)value).ToArray();

        public Stream FromData(byte[] data) => new MemoryStream(data);
    }

    private sealed class PairFormatter<TKey, TValue> : IValueFormatter<KeyValuePair<TKey, TValue>, string>
    {
        public string ToData(KeyValuePair<TKey, TValue> value) => $"{value.Key}={value.Value}";

        public KeyValuePair<TKey, TValue> FromData(string data) => throw new NotSupportedException();
    }

    private sealed class Shared(int number) : IValueFormatter<Handle, int>
    {
        public int ToData(Handle value) => number;

        public Handle FromData(int data) => new("");
    }

    private sealed class Numbers : IValueFormatter<int, string>
    {
        public string ToData(int value) => "";

        public int FromData(string data) => 0;
    }

    [ValueFormatter(typeof(HandleFormatter))]
    private sealed class Mistaken;

    [ValueFormatter(typeof(FaultyFormatter))]
    private sealed class Faulty;

    private sealed class FaultyFormatter : IValueFormatter<Faulty, int>
    {
        public FaultyFormatter() => throw new InvalidOperationException("no luck");

        public int ToData(Faulty value) => 0;

        public Faulty FromData(int data) => new();
    }

    [ValueFormatter(typeof(HopelessFormatter))]
    private sealed class Hopeless;

    private sealed class HopelessFormatter : IValueFormatter<Hopeless, Stream>
    {
        public Stream ToData(Hopeless value) => Stream.Null;

        public Hopeless FromData(Stream data) => new();
    }

    [ValueFormatter(typeof(ShapeFormatter))]
    private abstract record Shape;

    private sealed record Circle(int Radius) : Shape;

    private sealed class ShapeFormatter : IValueFormatter<Shape, int>
    {
        public int ToData(Shape value) => ((Circle)value).Radius;

        public Shape FromData(int data) => new Circle(data);
    }
}
