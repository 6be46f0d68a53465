using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
internal sealed class Objects_of_any_type_keep_it_if_it_is_on_the_list
{
    [Test]
    public void Numbers_text_and_collections_of_them()
    {
        object?[] values =
        [
            null, true, 'c', "text", (sbyte)-1, (byte)1, (short)-2, (ushort)2, -3, 3u, -4L, 4UL, Int128.MinValue, UInt128.MaxValue,
            new System.Numerics.BigInteger(5), (Half)1.5, 1.5f, 1.5, 1.50m, DateTime.UtcNow, DateTimeOffset.Now, TimeSpan.MaxValue,
            DateOnly.MaxValue, TimeOnly.MaxValue, Guid.NewGuid(), new byte[] { 1 }, new[] { "a", null }, new[] { 1.5 }, new List<int> { 1 },
            new object?[] { 1, null }, new List<object?> { "a", new List<object?>() }, new Dictionary<string, object?> { ["a"] = 1, ["b"] = null },
        ];

        Assert.That(Exactly.Same(Wire.RoundTrip(values), values), Is.True);
        Assert.That(Exactly.Same(Wire.RoundTrip<object?>(values), values), Is.True);
    }

    [Test]
    public void A_lock_arrives_as_another_one()
    {
        var guarded = new Guarded { Value = 5 };

        var copy = Wire.RoundTrip(guarded);

        Assert.That(copy.Add(1), Is.EqualTo(6));
        Assert.That(copy.AddWithLock(1), Is.EqualTo(7));
        Assert.That(Wire.RoundTrip<Lock?>(null), Is.Null);
        var gate = new Lock();
        lock (gate) Assert.That(Wire.RoundTrip(gate).IsHeldByCurrentThread, Is.False);
    }

    [Test]
    public void Anything_else_is_refused_with_the_way_out()
    {
        var e = Wire.Refusal(new Dictionary<string, object> { ["a"] = new List<object> { 1, new Guarded() } });

        Assert.That(e.Path, Is.EqualTo("Dictionary<String, Object>[\"a\"][1]"));
        Assert.That(e.Problem, Does.StartWith("The value is a ProcessPool.Tests.").And.Contain("Guarded, but is declared as").And.Contain("[KnownType"));
        Assert.That(Wire.Refusal<object>(new object[,] { }).Problem, Does.Contain("System.Object[,]"));
        Assert.That(Wire.Refusal<object>(Stream.Null).Problem, Does.Contain("NullStream"));
        Assert.That(Wire.Refusal<object>((Action)Console.Beep).Problem, Does.Contain("System.Action"));
    }

    [Test]
    public void Cycles_arrive_as_cycles()
    {
        var list = new List<object>();
        list.Add(list);
        var copy = Wire.RoundTrip(list);
        Assert.That(copy[0], Is.SameAs(copy));
        var map = new Dictionary<string, object>();
        map["self"] = map;
        var second = (Dictionary<string, object>)Wire.RoundTrip<object>(map);
        Assert.That(second["self"], Is.SameAs(second));
    }

    [TestCase(new byte[] { 0x92, 99, 0 })]
    [TestCase(new byte[] { 0x92, 3, 0xC0 })]
    [TestCase(new byte[] { 0x92, 0, 1 })]
    [TestCase(new byte[] { 0x93, 3, 0xA0, 0xA0 })]
    [TestCase(new byte[] { 0x01 })]
    public void Other_bytes_are_errors(byte[] bytes) => Assert.That(() => Wire.Read<object>(bytes), Throws.TypeOf<BrokenValueException>());

    internal sealed class Guarded
    {
        private readonly object _gate = new();
        private readonly Lock _lock = new();

        public int Value { get; set; }

        public int Add(int number)
        {
            lock (_gate) return Value += number;
        }

        public int AddWithLock(int number)
        {
            lock (_lock) return Value += number;
        }
    }
}
