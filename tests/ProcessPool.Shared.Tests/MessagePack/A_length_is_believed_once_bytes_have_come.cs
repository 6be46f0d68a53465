using ProcessPool.MessagePack;
using ProcessPool.Tests.Formatters;

namespace ProcessPool.Tests.MessagePack;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class A_length_is_believed_once_bytes_have_come
{
    private const int Claimed = 0x7000_0000;
    private const long Allowed = 40L << 20;

    private static readonly byte[] Bin = Readers.Written(w =>
    {
        w.WriteRaw([0xC6]);
        w.WriteRaw([0x70, 0, 0, 0]);
    });

    private static IEnumerable<TestCaseData> Readings()
    {
        yield return Case("byte[]", Bin, reader => Read<byte[]>(reader));
        yield return Case("double[]", Bin, reader => Read<double[]>(reader));
        yield return Case("List<int>", Bin, reader => Read<List<int>>(reader));
        yield return Case("BigInteger", Bin, reader => Read<System.Numerics.BigInteger>(reader));
        yield return Case("string", [0xDB, 0x70, 0, 0, 0], reader => Read<string>(reader));
        yield return Case("string of UTF-16", [0xC9, 0x70, 0, 0, 0, 1], reader => Read<string>(reader));
        yield return Case("string[]", [0xDD, 0x70, 0, 0, 0], reader => Read<string[]>(reader));
        yield return Case("HashSet<long>", [0x92, 0, 0xDD, 0x70, 0, 0, 0], reader => Read<HashSet<long>>(reader));
        yield return Case("Dictionary<long, long>", [0x92, 0, 0xDF, 0x30, 0, 0, 0], reader => Read<Dictionary<long, long>>(reader));
        yield return Case("the rest of a frame", [], reader => reader.ReadToEnd());
        yield return Case("passing over", Bin, reader => reader.Skip());
    }

    [TestCaseSource(nameof(Readings))]
    public void What_has_not_come_takes_no_memory(byte[] header, Action<MessagePackReader> read)
    {
        foreach (var sent in new[] { 0, 1_000_000 })
        {
            byte[] bytes = [.. header, .. new byte[sent]];
            var reader = new MessagePackReader(new DripSource(bytes, 65536), 64 * 1024);
            reader.BeginFrame(Claimed + 100L);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.That(() => read(reader), Throws.TypeOf<EndOfStreamException>().Or.TypeOf<MessagePackException>());
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(Allowed));
        }
    }

    [TestCase(16 * 1024 * 1024)]
    [TestCase((16 * 1024 * 1024) + 8)]
    [TestCase(40_000_000)]
    public void Large_blocks_arrive_whole(int length)
    {
        var numbers = new double[length / 8];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = i;
        var bytes = Wire.Write(numbers);
        foreach (var reader in new[] { Readers.OfMemory(bytes), Readers.Dripping(bytes, 64 * 1024, 100_000) })
        {
            Assert.That(((Formatter<double[]?>)Wire.Compiled.Get(typeof(double[]))).Read(reader).AsSpan().SequenceEqual(numbers), Is.True);
            Assert.That(reader.End, Is.True);
        }
    }

    private static T Read<T>(MessagePackReader reader) => ((Formatter<T>)Wire.Compiled.Get(typeof(T))).Read(reader);

    private static TestCaseData Case(string name, byte[] header, Action<MessagePackReader> read) => new TestCaseData(header, read).SetArgDisplayNames(name);
}
