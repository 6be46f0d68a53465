using System.Numerics.Tensors;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters.Collections;

[TestFixture]
internal sealed class Tensors_arrive_dense
{
    [Test]
    public void With_their_lengths_and_elements()
    {
        Same(Tensor.Create([1, 2, 3, 4, 5, 6], [2, 3]));
        Same(Tensor.Create([1.5f]));
        Same(Tensor.Create(["a", null, "b", "c"], [2, 1, 2]));
        Same(Tensor.Create(Array.Empty<int>(), [0, 5]));
        Same(Tensor<int>.Empty);
        Same(Tensor.CreateFromShape<double>([100, 100]));
        Assert.That(Wire.RoundTrip<Tensor<int>?>(null), Is.Null);
    }

    [Test]
    public void A_slice_and_what_is_repeated()
    {
        var slice = Tensor.Create([1, 2, 3, 4, 5, 6], [2, 3]).Slice([0..2, 1..3]);
        Assert.That(slice.IsDense, Is.False);
        Same(slice);
        Same(Tensor.Broadcast<int>(Tensor.Create([7]), [2, 2]));
    }

    [Test]
    public void Pinned_ones_are_pinned()
    {
        var tensor = Tensor.CreateFromShape<int>([2, 2], pinned: true);
        tensor.Fill(5);

        Assert.That(Wire.RoundTrip(tensor).IsPinned, Is.True);
        Same(tensor);
        Same(Tensor.CreateFromShape<int>([0], pinned: true));
    }

    [Test]
    public void What_cannot_be_in_an_array_cannot_be_in_a_tensor() =>
        Assert.That(Wire.Refusal(typeof(Tensor<nint>)).Path, Is.EqualTo("IntPtr"));

    [TestCase(new byte[] { 0x93, 0xC2, 0x92, 2, 2, 0xC4, 4, 0, 0, 0, 0 })]
    [TestCase(new byte[] { 0x93, 0xC2, 0x93, 0xCE, 0x7F, 0, 0, 0, 0xCE, 0x7F, 0, 0, 0, 0, 0xC4, 0 })]
    [TestCase(new byte[] { 0x93, 0xC2, 0x91, 0xFF, 0xC4, 0 })]
    [TestCase(new byte[] { 0x93, 0xC2, 0x90, 0xC4, 4, 0, 0, 0, 0 })]
    [TestCase(new byte[] { 0x92, 0xC2, 0x90 })]
    public void Other_bytes_are_errors(byte[] bytes) => Assert.That(() => Wire.Read<Tensor<int>>(bytes), Throws.TypeOf<BrokenValueException>());

    private static void Same<T>(Tensor<T> tensor)
    {
        var copy = Wire.RoundTrip(tensor);

        Assert.That(copy.Lengths.ToArray(), Is.EqualTo(tensor.Lengths.ToArray()));
        Assert.That(copy.IsPinned, Is.EqualTo(tensor.IsPinned));
        Assert.That(copy.IsDense, Is.EqualTo(tensor.Rank > 0), "the empty one is not");
        Assert.That(Flat(copy), Is.EqualTo(Flat(tensor)));
    }

    private static T[] Flat<T>(Tensor<T> tensor)
    {
        var flat = new T[(int)tensor.FlattenedLength];
        if (flat.Length > 0) tensor.FlattenTo(flat);
        return flat;
    }
}
