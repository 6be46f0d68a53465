using MessagePack;
using ProcessPool.Tests.Formatters;
using ProcessPool.Values;

namespace ProcessPool.Tests.Values;

/// <summary>
/// Tests the defences of MessagePack-CSharp's reader that the product relies on, and the replacements where it has none. A new
/// version of the library must not lose them.
/// </summary>
[TestFixture]
[CancelAfter(60_000)]
internal sealed class What_the_library_refuses
{
    [Test]
    public void Passing_over_a_value_takes_no_stack_for_depth()
    {
        var deep = new byte[1_000_000];
        Array.Fill(deep, (byte)0x91);
        deep[^1] = MessagePackCode.Nil;
        var reader = new MessagePackReader(deep);

        reader.SkipValue();

        Assert.That(reader.End, Is.True);
    }

    [TestCase(new byte[] { 0xC6, 0xFF, 0xFF, 0xFF, 0xFF })]
    [TestCase(new byte[] { 0xDB, 0x7F, 0xFF, 0xFF, 0xFF })]
    [TestCase(new byte[] { 0xDD, 0x00, 0x00, 0x00, 0x01 })]
    [TestCase(new byte[] { 0xDD, 0xFF, 0xFF, 0xFF, 0xFF })]
    [TestCase(new byte[] { 0xDF, 0x00, 0x00, 0x00, 0x02, 0, 0, 0 })]
    [TestCase(new byte[] { 0xC9, 0x10, 0x00, 0x00, 0x00, 1 })]
    [TestCase(new byte[] { 0xC1 })]
    public void Lengths_that_the_bytes_cannot_hold_and_the_code_that_is_never_used(byte[] bytes)
    {
        Assert.That(Skip, Throws.Exception.Matches<Exception>(static e => BrokenValueException.Covers(e!)));

        void Skip()
        {
            var reader = new MessagePackReader(bytes);
            reader.SkipValue();
        }
    }

    /// <summary>Each of the headers alone could be true, but not all of them: there are too few bytes.</summary>
    [Test]
    public void Counts_within_counts()
    {
        var bytes = new byte[400_000];
        for (var i = 0; i < 1000; i += 5) ((byte[])[0xDD, 0, 5, 0, 0]).CopyTo(bytes, i);
        Assert.That(Read, Throws.TypeOf<EndOfStreamException>());

        void Read()
        {
            var reader = new MessagePackReader(bytes);
            for (var i = 0; i < 200; i++) reader.ReadArrayHeader();
        }
    }

    [TestCase(new byte[] { 0xCD, 1, 0 })]
    [TestCase(new byte[] { 0xFF })]
    public void Numbers_that_do_not_fit(byte[] bytes) =>
        Assert.That(() => Wire.Read<byte>(bytes), Throws.TypeOf<BrokenValueException>().With.Message.Contains("does not fit"));
}
