using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class Random_values_arrive_as_they_were
{
    [Test]
    public void Objects_of_everything([Range(1, 40)] int seed)
    {
        var value = Randomly.Make(new Random(seed));

        var copy = Wire.RoundTrip(value);

        Assert.That((copy.Number, copy.Money, copy.Time, copy.Time.Kind), Is.EqualTo((value.Number, value.Money, value.Time, value.Time.Kind)));
        Assert.That(copy.Text == value.Text, Is.True);
        Assert.That(copy.Doubles, Is.EqualTo(value.Doubles));
        Assert.That(copy.Numbers, Is.EqualTo(value.Numbers));
        Assert.That(copy.Set, Is.EqualTo(value.Set));
        Assert.That(copy.Tuple, Is.EqualTo(value.Tuple));
        Assert.That(copy.Pairs, Is.EqualTo(value.Pairs));
        Assert.That(copy.Children?.Count, Is.EqualTo(value.Children?.Count));
        Assert.That(copy.Named?.Keys, Is.EqualTo(value.Named?.Keys));
    }

    [Test]
    public void Integers()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var value = Randomly.Integer(random);
            Assert.That(Through(value), Is.EqualTo(value));
            Assert.That(Through((ulong)value), Is.EqualTo((ulong)value));
            Assert.That(Through((short)value), Is.EqualTo((short)value));
        }
    }

    [Test]
    public void Text()
    {
        var random = new Random(5);
        for (var i = 0; i < 5_000; i++)
        {
            var value = Randomly.Text(random);
            Assert.That(Through(value) == value, Is.True);
        }
    }

    [Test]
    public void Compiled_code_takes_over_from_reflection_unnoticed()
    {
        var resolver = new ValueResolver(compileAfter: 3);
        for (var seed = 0; seed < 10; seed++)
        {
            var bytes = Wire.Write(Randomly.Make(new Random(seed)));
            Assert.That(Wire.Write(Wire.Read<Everything>(bytes, resolver), resolver), Is.EqualTo(bytes));
        }
    }

    [Test]
    public void Threads_that_ask_at_once_all_get_a_formatter_that_works()
    {
        for (var round = 0; round < 20; round++)
        {
            var resolver = new ValueResolver();
            var value = Randomly.Make(new Random(round));
            var expected = Wire.Write(value);
            var results = new byte[8][];
            Parallel.For(0, results.Length, i => results[i] = Wire.Write(value, resolver));
            Assert.That(results, Is.All.EqualTo(expected));
        }
    }

    private static T Through<T>(T value) => Wire.Read<T>(Wire.Write(value));
}
