using ProcessPool.MessagePack;
using ProcessPool.Tests.MessagePack;

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
            var formatter = (Formatter<Everything>)resolver.Get(typeof(Everything));
            for (var length = 0; length < bytes.Length; length++)
            {
                var cut = bytes[..length];
                Assert.That(() => formatter.Read(new MessagePackReader(cut)), Throws.TypeOf<MessagePackException>(), $"{length} bytes");
                var stream = new MessagePackReader(new StreamByteSource(new MemoryStream(cut)), 64);
                stream.BeginFrame(bytes.Length);
                Assert.That(() => formatter.Read(stream), Throws.TypeOf<EndOfStreamException>(), $"{length} bytes");
            }
        }
    }

    [Test]
    public void A_byte_at_a_time_gives_the_same_value()
    {
        var bytes = Wire.Write(Sample);
        var formatter = (Formatter<Everything>)Wire.Compiled.Get(typeof(Everything));
        foreach (var atOnce in new[] { 1, 2, 3, 100 })
            Assert.That(Wire.Write(formatter.Read(Readers.Dripping(bytes, 16, atOnce))), Is.EqualTo(bytes));
    }

    [Test]
    public void Changed_bytes_give_another_value_or_an_error_and_nothing_else()
    {
        var bytes = Wire.Write(Sample);
        var formatter = (Formatter<Everything>)Wire.Compiled.Get(typeof(Everything));
        var random = new Random(11);
        var errors = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                formatter.Read(new MessagePackReader(changed));
            }
            catch (MessagePackException)
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

        var e = Assert.Throws<MessagePackException>(() => Wire.Read<List<Pair>>(bytes))!;

        Assert.That(e.Message, Does.StartWith("List<Pair>[1].Second: Expected a 32-bit integer, found"));
    }

    [Test]
    public void A_count_costs_no_memory_before_its_elements_have_come()
    {
        // A frame of 100 MB is announced, an array of 90 million structs in it, and then the stream ends.
        byte[] header = [0xDD, 0x05, 0x5D, 0x4A, 0x80];
        Large[] Read()
        {
            var reader = new MessagePackReader(new DripSource(header, 5), 64);
            reader.BeginFrame(100_000_000);
            return ((Formatter<Large[]>)Wire.Compiled.Get(typeof(Large[]))).Read(reader);
        }

        Assert.That(Read, Throws.TypeOf<EndOfStreamException>());
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Read, Throws.TypeOf<EndOfStreamException>());
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
