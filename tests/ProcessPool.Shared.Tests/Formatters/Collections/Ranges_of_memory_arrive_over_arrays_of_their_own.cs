using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters.Collections;

[TestFixture]
internal sealed class Ranges_of_memory_arrive_over_arrays_of_their_own
{
    [Test]
    public void Only_what_is_in_the_range()
    {
        var numbers = Enumerable.Range(0, 100).ToArray();
        Arrives(numbers.AsMemory(10, 3), [10, 11, 12]);
        Arrives((ReadOnlyMemory<int>)numbers.AsMemory(10, 3), [10, 11, 12]);
        Arrives<string?>(new[] { "a", null, "b" }.AsMemory(1), [null, "b"]);
        var segment = Wire.RoundTrip(new ArraySegment<int>(numbers, 98, 2));
        Assert.That((segment.Offset, segment.Array), Is.EqualTo((0, new[] { 98, 99 })));
        Assert.That(Wire.Write(new ArraySegment<int>(numbers, 98, 2)), Has.Length.EqualTo(10));
    }

    [Test]
    public void Text_and_native_memory()
    {
        Arrives("some text".AsMemory(5), [.. "text"]);
        using var native = new Native(4);
        native.Memory.Span.Fill(7);
        Arrives<byte>(native.Memory, [7, 7, 7, 7]);
        Arrives<byte>(native.Memory[..0], []);
    }

    [Test]
    public void Never_set_is_not_empty()
    {
        Assert.That(Wire.RoundTrip(default(ImmutableArray<int>)).IsDefault, Is.True);
        Assert.That(Wire.RoundTrip(ImmutableArray<int>.Empty).IsDefault, Is.False);
        Assert.That(Wire.RoundTrip<ImmutableArray<int>?>(default(ImmutableArray<int>))!.Value.IsDefault, Is.True);
        Assert.That(Wire.RoundTrip(default(ArraySegment<string>)).Array, Is.Null);
        Assert.That(Wire.RoundTrip(ArraySegment<string>.Empty).Array, Is.Empty);
        Assert.That(() => Wire.Read<ImmutableArray<int>>([0xC3]), Throws.TypeOf<BrokenValueException>());
        Assert.That(() => Wire.Read<ImmutableArray<int>>([0xC0]), Throws.TypeOf<BrokenValueException>());
    }

    [Test]
    public void Large_ones_are_written_from_where_they_lie()
    {
        var numbers = new int[20_000];
        numbers[10_000] = 5;
        Assert.That(Gathered(numbers.AsMemory(10_000, 9_000)), Is.LessThan(20));
        Assert.That(Gathered(new ArraySegment<int>(numbers, 10_000, 9_000)), Is.LessThan(20));
        Assert.That(Gathered(ImmutableCollectionsMarshal.AsImmutableArray(numbers)), Is.LessThan(20));
        Arrives(numbers.AsMemory(10_000, 9_000), numbers[10_000..19_000]);
    }

    private static int Gathered<T>(T value) =>
        Wire.Message((ref MessagePackWriter w, ValueContext c) => Wire.Compiled.Get<T>().Write(ref w, value, c)).Written.Length;

    private static void Arrives<T>(Memory<T> memory, T[] content) => IsOver(Wire.RoundTrip(memory), content);

    private static void Arrives<T>(ReadOnlyMemory<T> memory, T[] content) => IsOver(Wire.RoundTrip(memory), content);

    private static void IsOver<T>(ReadOnlyMemory<T> copy, T[] content)
    {
        Assert.That(MemoryMarshal.TryGetArray(copy, out var array), Is.True);
        Assert.That((array.Offset, array.Array), Is.EqualTo((0, content)));
    }

    private sealed unsafe class Native(int length) : MemoryManager<byte>
    {
        private readonly void* _start = NativeMemory.AllocZeroed((nuint)length);

        public override Span<byte> GetSpan() => new(_start, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)_start + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing) => NativeMemory.Free(_start);
    }
}
