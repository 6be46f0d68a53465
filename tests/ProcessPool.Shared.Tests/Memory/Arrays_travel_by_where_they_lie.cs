using MessagePack;
using ProcessPool.Memory;
using ProcessPool.Tests.Formatters;
using ProcessPool.Values;

namespace ProcessPool.Tests.Memory;

internal sealed class Arrays_travel_by_where_they_lie
{
    [Test]
    public void Within_a_process_they_arrive_as_the_same_memory()
    {
        using var array = SharedArray.Create<int>(1_000_000);
        var bytes = Wire.Write(array);
        Assert.That(bytes, Has.Length.LessThan(100));
        using var again = Wire.Read<SharedArray<int>>(bytes);
        again[5] = 7;
        Assert.That((array[5], again.OpenMemory()), Is.EqualTo((7, array.OpenMemory())));
        again.Dispose();
        Assert.That(array[5], Is.EqualTo(7), "it belongs to the one that was there before");
    }

    [Test]
    public void Their_shape_and_place_travel_too()
    {
        using var stack = SharedArray.Create<short>(4, 3, 2);
        stack.Span[13] = 5;
        var slice = Wire.RoundTrip(stack.Slice(2, 1));
        var plane = Wire.RoundTrip(stack.Plane(2));
        Assert.That((slice.Rank, slice.Length, slice[0, 0, 1]), Is.EqualTo((3, 6L, (short)5)));
        Assert.That((plane.Rank, plane.GetLength(0), plane.GetLength(1), plane[0, 1]), Is.EqualTo((2, 3L, 2L, (short)5)));
    }

    [Test]
    public void Within_other_values_and_as_nothing()
    {
        using var array = SharedArray.Create<int>(3);
        using var value = SharedValue.Create(4);
        var job = Wire.RoundTrip(new Job("a", array, [array.Slice(1, 2)], value, null));
        job.Parts[0][0] = 6;
        job.Count!.Increment();
        Assert.That((array[1], value.Value, job.Whole!.Length, job.Nothing), Is.EqualTo((6, 5, 3L, (SharedArray<long>?)null)));
    }

    [Test]
    public void Another_process_opens_the_same_memory()
    {
        using var array = SharedArray.Create<int>(1000);
        var memory = array.OpenMemory();
        Assert.That(memory.Kind, Is.EqualTo(MemoryKind.Memory));
        var other = Opened(memory);
        using var view = new SharedArray<int>(other, 0, array.Shape, owns: true);
        view[999] = 3;
        Assert.That(array[999], Is.EqualTo(3));
    }

    [Test]
    public void What_was_disposed_of_before_is_not_found_whatever_its_descriptor_is_now()
    {
        var array = SharedArray.Create<int>(1000);
        var memory = array.OpenMemory();
        array.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Opened(memory));
        using var successor = SharedArray.Create<int>(1000);
        Assert.That(successor.OpenMemory().Path, Is.EqualTo(memory.Path), "the number of the descriptor is taken again");
        Assert.Throws<ObjectDisposedException>(() => Opened(memory));
    }

    [TestCase(-1L, 0L, new long[] { 1 })]
    [TestCase(40L, -4L, new long[] { 1 })]
    [TestCase(40L, 2L, new long[] { 1 })]
    [TestCase(40L, 8L, new long[] { 9 })]
    [TestCase(400L, 0L, new long[] { 100 })]
    [TestCase(40L, 0L, new long[] { 5, 3 })]
    [TestCase(40L, 0L, new long[] { -1 })]
    [TestCase(40L, 0L, new[] { long.MaxValue, 2, 2 })]
    [TestCase(40L, 0L, new long[] { })]
    [TestCase(40L, 0L, new long[] { 1, 1, 1, 1 })]
    public void Nothing_outside_the_memory_can_be_meant(long size, long offset, long[] lengths)
    {
        using var array = SharedArray.Create<int>(10);
        var bytes = Wire.Written((ref MessagePackWriter w, ValueContext _) =>
        {
            w.WriteArrayHeader(6);
            w.Write(array.OpenMemory().Id);
            w.Write((int)array.OpenMemory().Kind);
            w.Write(array.OpenMemory().Path);
            w.Write(size);
            w.Write(offset);
            w.WriteArrayHeader(lengths.Length);
            foreach (var length in lengths) w.Write(length);
        });
        Assert.Throws<BrokenValueException>(() => Wire.Read<SharedArray<int>>(bytes));
    }

    [Test]
    public void A_file_that_is_too_short_is_not_mapped()
    {
        using var array = SharedArray.Create<int>(10);
        var memory = array.OpenMemory();
        Assert.Throws<IOException>(() => _ = new SharedMemory(1, MemoryBacking.Open(memory.Id, memory.Kind, memory.Path), 41));
    }

    private static SharedMemory Opened(SharedMemory memory) =>
        new(memory.Id, MemoryBacking.Open(memory.Id, memory.Kind, memory.Path), memory.Size);

    private sealed record Job(string Name, SharedArray<int>? Whole, List<SharedArray<int>> Parts, SharedValue<int>? Count, SharedArray<long>? Nothing);
}
