using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
internal sealed class Collections_arrive_as_they_were
{
    private static readonly int[] Counts = [0, 1, 15, 16, 1000, 100_000];

    [TestCaseSource(nameof(Counts))]
    public void Arrays_and_lists_of_numbers_are_blocks(int count)
    {
        Block(Enumerable.Range(0, count).Select(i => (byte)i));
        Block(Enumerable.Range(0, count).Select(i => i - 5));
        Block(Enumerable.Range(0, count).Select(i => i * 1.5));
        Block(Enumerable.Range(0, count).Select(i => (char)i));
        Block(Enumerable.Range(0, count).Select(i => i % 3 == 0));
        Block(Enumerable.Range(0, count).Select(i => (decimal)i));
        Block(Enumerable.Range(0, count).Select(i => (DayOfWeek)(i % 7)));
        Block(Enumerable.Range(0, count).Select(i => new Pixel((byte)i, 2, 3, i)));
        Block(Enumerable.Range(0, count).Select(i => (i, (float)i)));
        Block(Enumerable.Range(0, count).Select(i => (i, i % 2 == 0 ? (long?)null : i)));
    }

    [TestCaseSource(nameof(Counts))]
    public void Arrays_and_lists_of_anything_else_are_arrays(int count)
    {
        var texts = Enumerable.Range(0, count).Select(i => i % 4 == 0 ? null : i.ToString(CultureInfo.InvariantCulture)).ToArray();
        var named = texts.Select(t => new Named(t, 1)).ToArray();

        var numbers = texts.Select(t => t is null ? (long?)null : t.Length).ToArray();

        Assert.That(Wire.RoundTrip(numbers), Is.EqualTo(numbers));
        Assert.That(Wire.RoundTrip(texts), Is.EqualTo(texts));
        Assert.That(Wire.RoundTrip(texts.ToList()), Is.EqualTo(texts));
        Assert.That(Wire.RoundTrip(named), Is.EqualTo(named));
        Assert.That(Wire.RoundTrip(named.ToList()), Is.EqualTo(named));
    }

    [Test]
    public void Null_is_nil_and_jagged_arrays_keep_their_shape()
    {
        int[]?[] jagged = [[1, 2], null, [], [3]];

        Assert.That(Wire.RoundTrip(jagged), Is.EqualTo(jagged));
        Assert.That(Wire.RoundTrip<int[]?>(null), Is.Null);
        Assert.That(Wire.RoundTrip<string[]?>(null), Is.Null);
        Assert.That(Wire.RoundTrip<List<int>?>(null), Is.Null);
        Assert.That(Wire.RoundTrip<List<string>?>(null), Is.Null);
        Assert.That(Wire.RoundTrip<Dictionary<int, int>?>(null), Is.Null);
        Assert.That(Wire.RoundTrip<HashSet<int>?>(null), Is.Null);
    }

    [Test]
    public void Large_arrays_and_lists_are_not_copied()
    {
        foreach (var message in new[]
        {
            Wire.Message((ref MessagePackWriter w, ValueContext c) => Wire.Compiled.Get<int[]>().Write(ref w, new int[10_000], c)),
            Wire.Message((ref MessagePackWriter w, ValueContext c) => Wire.Compiled.Get<List<int>>().Write(ref w, [.. new int[10_000]], c)),
        })
        {
            Assert.That((message.IsContiguous, message.Length, message.Written.Length), Is.EqualTo((false, 40_003L, 3)));
        }
    }

    [Test]
    public void A_list_with_spare_room_sends_its_elements_only()
    {
        var list = new List<int>(100) { 1, 2 };

        Assert.That(Wire.Write(list), Has.Length.EqualTo(10));
        Assert.That(Wire.RoundTrip(list), Is.EqualTo(list));
    }

    [Test]
    public void Dictionaries_and_sets_keep_order_and_comparer()
    {
        foreach (var comparer in new[]
        {
            StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase, StringComparer.InvariantCulture, StringComparer.InvariantCultureIgnoreCase,
        })
        {
            var copy = Wire.RoundTrip(new Dictionary<string, int[]?>(comparer) { ["b"] = [1], ["a"] = null });
            Assert.That(copy.Comparer, Is.EqualTo(comparer));
            Assert.That(copy.Keys, Is.EqualTo(new[] { "b", "a" }));
            Assert.That(copy["b"], Is.EqualTo(new[] { 1 }));
            var set = Wire.RoundTrip(new HashSet<string>(comparer) { "b", "a" });
            Assert.That(set.Comparer, Is.EqualTo(comparer));
            Assert.That(set, Is.EqualTo(new[] { "b", "a" }));
        }

        Assert.That(Wire.RoundTrip(new Dictionary<string, int> { ["x"] = 1 }).Comparer, Is.EqualTo(new Dictionary<string, int>().Comparer));
        Assert.That(Wire.RoundTrip(new Dictionary<(int, int), Named> { [(1, 2)] = new("n", 3) })[(1, 2)], Is.EqualTo(new Named("n", 3)));
        Assert.That(Wire.RoundTrip(new HashSet<int?> { 1, null, 3 }), Is.EquivalentTo(new int?[] { 1, null, 3 }));
    }

    [Test]
    public void Keys_that_come_twice_or_are_nil_are_errors()
    {
        Assert.That(() => Wire.Read<Dictionary<int, int>>([0x92, 0, 0x82, 1, 1, 1, 1]), Throws.TypeOf<BrokenValueException>());
        Assert.That(() => Wire.Read<Dictionary<string, int>>([0x92, 0, 0x81, 0xC0, 1]), Throws.TypeOf<BrokenValueException>());
        Assert.That(() => Wire.Read<Dictionary<int, int>>([0x92, 1, 0x80]), Throws.TypeOf<BrokenValueException>());
        Assert.That(() => Wire.Read<HashSet<int>>([0x92, 0, 0x92, 1, 1]), Throws.TypeOf<BrokenValueException>());
    }

    [Test]
    public unsafe void Structs_that_hold_more_than_their_fields_say_travel_as_bytes()
    {
        var fixedBuffer = new WithFixedBuffer { Tail = 9 };
        for (var i = 0; i < 8; i++) fixedBuffer.Numbers[i] = i;
        var inline = default(Inline);
        for (var i = 0; i < 4; i++) inline[i] = i + 1;
        var holder = new Holder { Inline = inline, Buffer = fixedBuffer, Union = new Union { Whole = 0x01020304 } };

        var copy = Wire.RoundTrip(holder);

        Assert.That((copy.Inline[0], copy.Inline[3], copy.Union.Low), Is.EqualTo((1, 4, holder.Union.Low)));
        var buffer = copy.Buffer;
        Assert.That((buffer.Numbers[0], buffer.Numbers[7], buffer.Tail), Is.EqualTo((0, 7, 9)));
    }

    [Test]
    public void A_block_of_half_an_element_is_an_error() =>
        Assert.That(() => Wire.Read<int[]>([0xC4, 3, 0, 0, 0]), Throws.TypeOf<BrokenValueException>().With.Message.Contains("3 bytes"));

    private static void Block<T>(IEnumerable<T> values)
        where T : struct
    {
        var array = values.ToArray();

        Assert.That(new MessagePackReader(Wire.Write(array)).NextMessagePackType, Is.EqualTo(MessagePackType.Binary));
        Assert.That(Wire.Write(array.ToList()), Is.EqualTo(Wire.Write(array)));
        Assert.That(Wire.RoundTrip(array).SequenceEqual(array), Is.True);
        Assert.That(Wire.RoundTrip(array.ToList()).SequenceEqual(array), Is.True);
        Assert.That(Wire.Write(array), Has.Length.GreaterThanOrEqualTo(array.Length * Unsafe.SizeOf<T>()));
    }

    internal readonly record struct Pixel(byte R, byte G, byte B, int Depth);

    internal readonly record struct Named(string? Name, int Number);

    [InlineArray(4)]
    internal struct Inline
    {
        private int _first;
    }

    internal unsafe struct WithFixedBuffer
    {
        public fixed int Numbers[8];
        public int Tail;
    }

    [StructLayout(LayoutKind.Explicit)]
    internal struct Union
    {
        [FieldOffset(0)]
        public int Whole;
        [FieldOffset(0)]
        public short Low;
    }

    internal sealed class Holder
    {
        public Inline Inline;
        public WithFixedBuffer Buffer;
        public Union Union;
    }
}
