using System.Reflection;
using MessagePack;
using ProcessPool.Functions;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
[CancelAfter(120_000)]
internal sealed class Broken_bytes_of_any_type_are_errors
{
    private static readonly FrameworkSamples Samples = new();

    [Test]
    public void What_is_cut_off()
    {
        foreach (var (type, bytes) in Written())
        {
            for (var length = 0; length < bytes.Length; length++)
                Assert.That(() => Read(type, bytes[..length]), Throws.TypeOf<BrokenValueException>(), $"{type}, {length} of {bytes.Length} bytes");
        }
    }

    [Test]
    public void What_is_changed_is_another_value_or_an_error()
    {
        var random = new Random(11);
        var errors = 0;
        foreach (var (type, bytes) in Written())
        {
            for (var i = 0; i < 300; i++)
            {
                var changed = (byte[])bytes.Clone();
                for (var changes = random.Next(1, 4); changes > 0; changes--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
                try
                {
                    Read(type, changed);
                }
                catch (BrokenValueException)
                {
                    errors++;
                }
                catch (ValueException) when (type == typeof(Type) || type == typeof(MethodInfo))
                {
                    // Another type's number, of another build.
                    errors++;
                }
                catch (Exception e)
                {
                    Assert.Fail($"{type} {Convert.ToHexString(changed)}: {e}");
                }
            }
        }

        Assert.That(errors, Is.GreaterThan(10_000));
    }

    [Test]
    public void What_is_there_twice()
    {
        Twice<SortedSet<string>>([0x92, 0, 0x92, 0xA1, 97, 0xA1, 97]);
        Twice<SortedSet<int>>([0x92, 0, 0xC4, 8, 1, 0, 0, 0, 1, 0, 0, 0]);
        Twice<System.Collections.Immutable.ImmutableHashSet<string>>([0x92, 0, 0x92, 0xA1, 97, 0xA1, 97]);
        Twice<System.Collections.Frozen.FrozenSet<string>>([0x92, 2, 0x92, 0xA1, 97, 0xA1, 65]);
        Twice<SortedDictionary<int, int>>([0x92, 0, 0x82, 1, 1, 1, 1]);
        Twice<SortedList<int, int>>([0x92, 0, 0x82, 1, 1, 1, 2]);
        Twice<OrderedDictionary<int, int>>([0x92, 0, 0x82, 1, 1, 1, 1]);
        Twice<System.Collections.Concurrent.ConcurrentDictionary<int, int>>([0x92, 0, 0x82, 1, 1, 1, 1]);
        Twice<System.Collections.Frozen.FrozenDictionary<int, int>>([0x92, 0, 0x82, 1, 1, 1, 1]);
        Twice<System.Collections.Immutable.ImmutableDictionary<int, int>>([0x92, 0x92, 0, 0, 0x82, 1, 1, 1, 1]);
        Twice<System.Collections.Immutable.ImmutableSortedDictionary<int, int>>([0x92, 0x92, 0, 0, 0x82, 1, 1, 1, 1]);
        Twice<System.Collections.Hashtable>([0x92, 0, 0x92, 0x92, 0x92, 8, 1, 0xC0, 0x92, 0x92, 8, 1, 0xC0]);
    }

    [TestCase(new byte[] { 0x92, 9, 0xC4, 2, 0xFF, 2 })]
    [TestCase(new byte[] { 0x92, 9, 0xC4, 1, 0xFF })]
    [TestCase(new byte[] { 0x92, 0xCE, 0x7F, 0xFF, 0xFF, 0xFF, 0xC4, 0 })]
    public void Bits_that_are_not_counted(byte[] bytes) =>
        Assert.That(() => Wire.Read<System.Collections.BitArray>(bytes), Throws.TypeOf<BrokenValueException>());

    [Test]
    public void What_cannot_be_compared()
    {
        foreach (var bytes in new[] { Wire.Write(new object[] { 1, "a" }), Wire.Write(new object[] { 1, new object() }), Wire.Write(new object[] { new object(), new object() }) })
            Assert.That(() => Wire.Read<SortedSet<object>>([0x92, 0, .. bytes]), Throws.TypeOf<BrokenValueException>().With.Message.Contains("cannot be sorted"));
    }

    [Test]
    public void A_count_costs_no_memory_before_its_elements_have_come()
    {
        // 90 million are announced, and there are as many bytes; but already the first is none.
        byte[] sequence = [0xDD, 0x05, 0x5D, 0x4A, 0x80];
        byte[] map = [0xDF, 0x02, 0x5D, 0x4A, 0x80];
        Cheap<Queue<string>>(sequence);
        Cheap<string[,]>([0x92, 0x94, 0, 0xCE, 0x05, 0x5D, 0x4A, 0x80, 0, 1, .. sequence]);
        Cheap<SortedSet<string>>([0x92, 0, .. sequence]);
        Cheap<IEnumerable<string>>([0x92, 0, .. sequence]);
        Cheap<OrderedDictionary<string, string>>([0x92, 0, .. map]);
        Cheap<object>([0x92, 25, .. sequence]);
    }

    private static void Cheap<T>(byte[] header)
    {
        var bytes = new byte[100_000_000];
        Array.Fill(bytes, MessagePackCode.NeverUsed);
        header.CopyTo(bytes, 0);
        Assert.That(() => Wire.Read<T>(bytes), Throws.TypeOf<BrokenValueException>());
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => Wire.Read<T>(bytes), Throws.TypeOf<BrokenValueException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000), typeof(T).Name);
    }

    private static void Twice<T>(byte[] bytes) =>
        Assert.That(() => Wire.Read<T>(bytes), Throws.TypeOf<BrokenValueException>().With.Message.Contains("occurs twice"), typeof(T).Name);

    private static object? Read(Type type, byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        return ProcessPool.Values.Formatters.Get(type).ReadObject(ref reader, ProcessPool.Values.Formatters.Default.FromWorker);
    }

    private static IEnumerable<(Type Type, byte[] Bytes)> Written()
    {
        FunctionFormatters.Register();
        foreach (var type in Samples.Types)
        {
            foreach (var value in Samples.Of(type)!) yield return (type, Wire.WriteObject(type, value, ProcessPool.Values.Formatters.Default));
        }
    }
}
