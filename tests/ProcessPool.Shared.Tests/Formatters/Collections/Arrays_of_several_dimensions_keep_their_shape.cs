using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters.Collections;

[TestFixture]
internal sealed class Arrays_of_several_dimensions_keep_their_shape
{
    [Test]
    public void Blocks_and_elements()
    {
        Same(new[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Same(new[,] { { "a", null }, { "b", "c" }, { "", "d" } });
        Same(new[, ,] { { { 1.5 }, { -0.0 } } });
        Same(new (int, byte)[3, 1, 2, 1]);
        Same<int[,]?>(null);
        Same(new int?[,] { { 1, null } });
    }

    [Test]
    public void Jagged_ones_and_arrays_of_arrays()
    {
        Same(new int[]?[,] { { [1, 2], null }, { [], [3] } });
        Same(new[] { new[,] { { 1 } }, null, new int[0, 7] });
        Same(new List<string[,]?> { null, new[,] { { "x" } } });
        Same(new[,] { { new[,] { { 'a' } } } });
    }

    [TestCase(0, 0)]
    [TestCase(0, 5)]
    [TestCase(5, 0)]
    [TestCase(0, 0x7FFFFFC7)] // Array.MaxLength
    public void Empty_dimensions(int rows, int columns)
    {
        Same(new int[rows, columns]);
        Same(new string[rows, columns]);
    }

    [Test]
    public void Lower_bounds()
    {
        var numbers = (int[,])Array.CreateInstance(typeof(int), [2, 3], [-1, 10]);
        numbers[-1, 10] = 7;
        numbers[0, 12] = 8;
        Same(numbers);
        var texts = (string[,])Array.CreateInstance(typeof(string), [1, 1], [int.MaxValue, int.MinValue]);
        texts[int.MaxValue, int.MinValue] = "corner";
        Same(texts);
    }

    [Test]
    public void One_dimension_that_does_not_start_at_zero()
    {
        var type = typeof(int).MakeArrayType(1);
        var array = Array.CreateInstanceFromArrayType(type, [3], [1]);
        array.SetValue(5, 2);

        Assert.That(Exactly.Same(Wire.ReadObject(type, Wire.WriteObject(type, array)), array), Is.True);
    }

    [Test]
    public void Large_ones_are_written_from_where_they_lie()
    {
        var array = new double[300, 300];
        array[299, 299] = 1;
        var message = Wire.Message((ref MessagePackWriter w, ValueContext c) => Wire.Compiled.Get<double[,]>().Write(ref w, array, c));

        Assert.That((message.IsContiguous, message.Written.Length < 20), Is.EqualTo((false, true)));
        Same(array);
    }

    [Test]
    public void The_path_has_the_indices()
    {
        Assert.That(Wire.Refusal(new object[,] { { 1, 2 }, { 3, DayOfWeek.Friday } }).Path, Is.EqualTo("Object[,][1, 1]"));
        Assert.That(Wire.Refusal((object[,])(object)new string[1, 1]).Problem, Does.Contain("System.String[,]"));
        var cycle = new object[1, 1];
        cycle[0, 0] = new object[] { cycle };
        Assert.That(Wire.Refusal(cycle).Path, Is.EqualTo("Object[,][0, 0][0]"));
    }

    [TestCase(new byte[] { 0x92, 0x94, 0, 2, 0, 2, 0xC4, 4, 1, 0, 0, 0 }, "4 elements, but there are 1")]
    [TestCase(new byte[] { 0x92, 0x94, 0, 1, 0, 1, 0xC4, 5, 1, 0, 0, 0, 0 }, "1 elements, but there are 1")]
    [TestCase(new byte[] { 0x92, 0x94, 0, 0xFF, 0, 1, 0xC4, 0 }, "does not fit")]
    [TestCase(new byte[] { 0x92, 0x94, 0, 0xCE, 0x7F, 0xFF, 0, 0, 0, 4, 0xC4, 0 }, "larger than an array can have")]
    [TestCase(new byte[] { 0x92, 0x94, 0xCE, 0x7F, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0xC4, 0 }, "larger than an array can have")]
    [TestCase(new byte[] { 0x92, 0x94, 0, 0, 0, 0xCE, 0x7F, 0xFF, 0xFF, 0xFF, 0xC4, 0 }, "does not fit")]
    [TestCase(new byte[] { 0x92, 0x93, 0, 0, 0, 0xC4, 0 }, "2 dimensions")]
    [TestCase(new byte[] { 0x93, 0x94, 0, 0, 0, 0, 0xC4, 0, 0 }, "an array of 3")]
    public void Bounds_that_do_not_fit_the_elements_are_errors(byte[] bytes, string problem) =>
        Assert.That(() => Wire.Read<int[,]>(bytes), Throws.TypeOf<BrokenValueException>().With.Message.Contains(problem));

    private static void Same<T>(T value) => Assert.That(Exactly.Same(Wire.RoundTrip(value), value), Is.True);
}
