using FsCheck;
using FsCheck.Fluent;
using MessagePack;
using ProcessPool.Tests.Formatters;
using ProcessPool.Tests.Properties.Generated;
using ProcessPool.Values;

namespace ProcessPool.Tests.Properties;

[TestFixture]
[CancelAfter(120_000)]
internal sealed class Any_value_of_any_type_arrives_as_it_was
{
    private const int MostSize = 6;

    /// <summary>A failure names the smallest sample found: <see cref="Sample.Make"/> with its seed and size makes it again.</summary>
    private static readonly Arbitrary<Sample> Samples = Arb.From(
        Gen.Choose(0, int.MaxValue - 1).SelectMany(_ => Gen.Choose(0, MostSize), (seed, size) => Sample.Make(seed, size)),
        sample => Enumerable.Range(0, sample.Size).Select(size => Sample.Make(sample.Seed, size)));

    [Test]
    public void Read_back_it_is_the_same_and_written_again_it_is_the_same_bytes() => Check(1_500, sample =>
    {
        var bytes = Write(sample, sample.Value, Wire.Mixed);
        var copy = Wire.ReadObject(sample.Type, bytes, Wire.Mixed);
        Assert.That(Structure.Difference(sample.Value, copy), Is.Null);
        Assert.That(Write(sample, copy, Wire.Mixed), Is.EqualTo(bytes));
    });

    [TestCase(false)]
    [TestCase(true)]
    public void Objects_that_occur_again_are_one_object_there(bool isCompiled)
    {
        var shared = 0;
        for (var seed = 0; seed < 500; seed++)
        {
            var sample = Sample.Make(seed, 1 + (seed % MostSize), shares: true);
            try
            {
                var bytes = Write(sample, sample.Value, isCompiled ? Wire.Compiled : Wire.Mixed);
                var copy = Wire.ReadObject(sample.Type, bytes, Wire.Mixed);
                Assert.That(Structure.Difference(sample.Value, copy), Is.Null, sample.ToString());
                Assert.That(Write(sample, copy, Wire.Mixed), Is.EqualTo(bytes), sample.ToString());
                if (!bytes.SequenceEqual(Write(sample, Sample.Make(seed, sample.Size).Value, Wire.Mixed))) shared++;
            }
            catch (ValueException e)
            {
                Assert.That(e.Problem, Does.StartWith("This is a cyclic reference that cannot be created again"), sample.ToString());
            }
        }

        Assert.That(shared, Is.GreaterThan(50));
    }

    [Test]
    public void Compiled_and_reflected_accessors_agree() => Check(120, sample =>
    {
        var bytes = Write(sample, sample.Value, Wire.Compiled);
        Assert.That(Write(sample, sample.Value, Wire.Reflected), Is.EqualTo(bytes));
        foreach (var resolver in Wire.Both)
            Assert.That(Structure.Difference(sample.Value, Wire.ReadObject(sample.Type, bytes, resolver)), Is.Null);
    });

    [Test]
    public void Skipping_it_ends_where_it_ends() => Check(500, sample =>
    {
        var bytes = Write(sample, sample.Value, Wire.Mixed);
        var reader = new MessagePackReader((byte[])[.. bytes, .. bytes]);
        reader.SkipValue();
        Assert.That(reader.Consumed, Is.EqualTo(bytes.Length));
    });

    [Test]
    public void Cut_off_it_is_an_error() => Check(200, sample =>
    {
        var bytes = Write(sample, sample.Value, Wire.Mixed);
        var cut = bytes[..new Random(sample.Seed).Next(bytes.Length)];
        Assert.That(() => Wire.ReadObject(sample.Type, cut, Wire.Mixed), Throws.TypeOf<BrokenValueException>());
    });

    [Test]
    public void The_comparison_sees_a_difference()
    {
        Assert.That(Structure.Difference(new List<double> { 0.0 }, new List<double> { -0.0 }), Is.Not.Null);
        Assert.That(Structure.Difference(new Twin<int, string>(1, "a"), new Twin<int, string>(1, "b")), Is.Not.Null);
        Assert.That(Structure.Difference(new[] { 1, 2 }, new[] { 1 }), Is.Not.Null);
        Assert.That(Structure.Difference(new Derived<int>(), new Derived<int> { Next = new Derived<int>() }), Is.Not.Null);
        var one = new Derived<int>();
        Assert.That(Structure.Difference(new[] { one, one }, new[] { new Derived<int>(), new Derived<int>() }), Is.Not.Null);
        Assert.That(Structure.Difference(new[] { new Derived<int>(), new Derived<int>() }, new[] { one, one }), Is.Not.Null);
        Assert.That(Structure.Difference(new DateTime(5, DateTimeKind.Utc), new DateTime(5, DateTimeKind.Local)), Is.Not.Null);
    }

    private static void Check(int count, Action<Sample> property) =>
        FsCheck.Fluent.Prop.ForAll(Samples, property).Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(MostSize));

    private static byte[] Write(Sample sample, object? value, ValueResolver resolver) => Wire.WriteObject(sample.Type, value, resolver);
}
