using System.Runtime.CompilerServices;
using ProcessPool.Memory;
using ProcessPool.Tests.Formatters;

namespace ProcessPool.Tests.Memory;

[CancelAfter(60_000)]
internal sealed class A_disposed_array_says_so
{
    [Test]
    public void Whatever_is_done_with_it()
    {
        var vector = SharedArray.Create<int>(5);
        var matrix = SharedArray.Create<int>(5, 5);
        var stack = SharedArray.Create<int>(5, 5, 5);
        using var other = SharedArray.Create<int>(5);
        foreach (var array in (SharedArray<int>[])[vector, matrix, stack]) array.Dispose();
        Action[] uses =
        [
            () => vector[0]++, () => matrix[0, 0]++, () => stack[0, 0, 0]++, () => vector.Span.Clear(), () => vector.AsSpan(0, 1).Clear(),
            () => matrix.Row(0).Clear(), () => stack.Row(0, 0).Clear(), () => vector.Slice(0, 1), () => stack.Plane(0), () => vector.Fill(1),
            () => vector.CopyTo(new int[5]), () => vector.CopyTo(other), () => other.CopyTo(vector), () => vector.ToArray(),
            () => vector.Atomic(0).Increment(), () => matrix.Atomic(0, 0).Increment(), () => stack.Atomic(0, 0, 0).Increment(),
            () => Wire.Write(vector),
        ];
        foreach (var use in uses) Assert.Throws<ObjectDisposedException>(() => use());
        Assert.That((vector.Length, vector.Rank), Is.EqualTo((5L, 1)));
        vector.Dispose();
    }

    [Test]
    public void So_does_a_shared_value()
    {
        var value = SharedValue.Create(5);
        value.Dispose();
        Assert.Throws<ObjectDisposedException>(() => value.Value++);
        Assert.Throws<ObjectDisposedException>(() => value.Increment());
    }

    [Test]
    public void So_do_its_views()
    {
        var array = SharedArray.Create<int>(2, 2, 2);
        var (slice, plane) = (array.Slice(0, 1), array.Plane(1));
        array.Dispose();
        Assert.Throws<ObjectDisposedException>(() => slice[0, 0, 0]++);
        Assert.Throws<ObjectDisposedException>(() => plane[0, 0]++);
    }

    [Test]
    public void A_view_ends_alone()
    {
        using var array = SharedArray.Create<int>(4);
        var slice = array.Slice(1, 2);
        slice.Dispose();
        Assert.Throws<ObjectDisposedException>(() => slice[0]++);
        array[1] = 3;
        Assert.That(array[1], Is.EqualTo(3));
    }

    [Test]
    public void Disposing_gives_memory_and_descriptor_back()
    {
        var array = SharedArray.Create<int>(1000);
        var name = $"processpool-{array.OpenMemory().Id:x16}";
        Assert.That((Mappings.Count(name), Mappings.CountDescriptors(name)), Is.EqualTo((1, 1)));
        array.Dispose();
        Assert.That((Mappings.Count(name), Mappings.CountDescriptors(name)), Is.EqualTo((0, 0)));
    }

    [Test]
    public void So_does_the_garbage_collector_when_all_that_refers_to_it_is_dropped()
    {
        var name = Drop();
        for (var i = 0; i < 100 && Mappings.Count(name) > 0; i++) Collect();
        Assert.That((Mappings.Count(name), Mappings.CountDescriptors(name)), Is.EqualTo((0, 0)));
    }

    [Test]
    public void But_not_while_a_view_of_it_is_used()
    {
        var slice = SliceOfDropped();
        Collect();
        slice[0] = 5;
        Assert.That(slice[0], Is.EqualTo(5));
    }

    [Test]
    public void Those_who_were_told_of_it_are_told_of_its_end_once()
    {
        List<long> released = [];
        SharedMemories.Released += released.Add;
        try
        {
            var told = SharedArray.Create<int>(1);
            var untold = SharedArray.Create<int>(1);
            var id = told.OpenMemory().Id;
            Wire.Write(told);
            told.Slice(0, 1).Dispose();
            Assert.That(released, Is.Empty);
            told.Dispose();
            told.Dispose();
            untold.Dispose();
            Assert.That(released, Is.EqualTo(new[] { id }));
        }
        finally
        {
            SharedMemories.Released -= released.Add;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Drop()
    {
        var array = SharedArray.Create<int>(1000);
        array.Slice(0, 10).Fill(1);
        return $"processpool-{array.OpenMemory().Id:x16}";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SharedArray<int> SliceOfDropped() => SharedArray.Create<int>(1000).Slice(10, 10);

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
