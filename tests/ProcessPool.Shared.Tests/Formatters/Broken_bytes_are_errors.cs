using MessagePack;
using ProcessPool.Tests.Values;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class Broken_bytes_are_errors
{
    private static readonly Everything Sample = Randomly.Make(new Random(7));

    [Test]
    public void A_value_that_is_cut_off_anywhere_is_an_error()
    {
        var bytes = Wire.Write(Sample);
        foreach (var resolver in Wire.Both)
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                var cut = bytes[..length];
                Assert.That(() => Wire.Read<Everything>(cut, resolver), Throws.TypeOf<BrokenValueException>(), $"{length} bytes");
            }
        }
    }

    [Test]
    public void In_pieces_it_is_the_same_value()
    {
        var bytes = Wire.Write(Sample);
        foreach (var atOnce in new[] { 1, 2, 3, 100 })
        {
            var reader = new MessagePackReader(Pieces.Of(bytes, atOnce));
            Assert.That(Wire.Write(Wire.Compiled.Get<Everything>().Read(ref reader, Wire.Compiled.FromWorker)), Is.EqualTo(bytes));
        }
    }

    [Test]
    public void Changed_bytes_give_another_value_or_an_error_and_nothing_else()
    {
        var bytes = Wire.Write(Sample);
        var random = new Random(11);
        var errors = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                var reader = new MessagePackReader(changed);
                Wire.Compiled.Get<Everything>().Read(ref reader, Wire.Compiled.FromWorker);
            }
            catch (BrokenValueException)
            {
                errors++;
            }
        }

        Assert.That(errors, Is.GreaterThan(100));
    }

    [Test]
    public void The_error_says_where()
    {
        var bytes = Wire.Write(new List<Pair> { new() { First = "a", Second = 1 }, new() { First = "b", Second = 2 } });
        bytes[^1] = 0xC2;

        var e = Assert.Throws<BrokenValueException>(() => Wire.Read<List<Pair>>(bytes))!;

        Assert.That(e.Message, Does.StartWith("List<Pair>[1].Second: Unexpected msgpack code 194 (false)"));
    }

    [Test]
    public void A_count_costs_no_memory_before_its_elements_have_come()
    {
        // An array of 90 million structs is announced, and there are as many bytes; but already the first is none.
        var bytes = new byte[100_000_000];
        Array.Fill(bytes, MessagePackCode.NeverUsed);
        ((byte[])[0xDD, 0x05, 0x5D, 0x4A, 0x80]).CopyTo(bytes, 0);
        Assert.That(() => Wire.Read<Large[]>(bytes), Throws.TypeOf<BrokenValueException>());
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => Wire.Read<Large[]>(bytes), Throws.TypeOf<BrokenValueException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    internal struct Pair
    {
        public string? First;
        public int Second;
    }

    internal struct Large
    {
        public string? Name;
        public decimal A, B, C, D, E, F, G;
    }
}
