using ProcessPool.MessagePack;

namespace ProcessPool.Tests.MessagePack;

[TestFixture]
[CancelAfter(30_000)]
internal sealed class The_reader_stays_within_its_frame
{
    private static readonly byte[] Everything = Readers.Written(w =>
    {
        w.WriteArrayHeader(14);
        w.WriteNil();
        w.Write(true);
        w.Write(false);
        w.Write(-5);
        w.Write(ulong.MaxValue);
        w.Write(long.MinValue);
        w.Write(1.5f);
        w.Write(2.5);
        w.Write("text");
        w.Write("\ud800");
        w.Write(new byte[300]);
        w.WriteExtension(5, new byte[3]);
        w.WriteMapHeader(1);
        w.Write("key");
        w.WriteArrayHeader(0);
        w.WriteArrayHeader(1);
        w.WriteArrayHeader(1);
        w.WriteMapHeader(0);
    });

    [Test]
    public void Skip_passes_over_anything_and_stops_behind_it()
    {
        var twice = Everything.Concat(Everything).Append((byte)42).ToArray();
        foreach (var reader in new[] { Readers.OfMemory(twice), Readers.Dripping(twice), Readers.Dripping(twice, 1000, 1000) })
        {
            reader.Skip();
            reader.Skip();
            Assert.That((reader.ReadInt32(), reader.End), Is.EqualTo((42, true)));
        }
    }

    [Test]
    public void Skip_takes_no_stack_for_depth()
    {
        var deep = new byte[1_000_000];
        Array.Fill(deep, (byte)0x91);
        deep[^1] = 0xC0;
        var reader = Readers.OfMemory(deep);

        reader.Skip();

        Assert.That(reader.End, Is.True);
    }

    [Test]
    public void A_value_that_is_cut_off_anywhere_is_an_error()
    {
        for (var length = 0; length < Everything.Length; length++)
        {
            var cut = Everything[..length];
            Assert.That(() => Readers.OfMemory(cut).Skip(), Throws.TypeOf<MessagePackException>(), $"{length} bytes");
            Assert.That(() => Readers.Dripping(cut).Skip(), Throws.TypeOf<MessagePackException>(), $"{length} bytes");

            // The frame promises more than the stream holds.
            var reader = new MessagePackReader(new DripSource(cut), 16);
            reader.BeginFrame(Everything.Length);
            Assert.That(() => reader.Skip(), Throws.TypeOf<EndOfStreamException>(), $"{length} bytes");
        }
    }

    [Test]
    public void The_code_that_is_never_used_is_an_error() =>
        Assert.That(() => Readers.OfMemory(0xC1).Skip(), Throws.TypeOf<MessagePackException>().With.Message.Contains("0xC1"));

    [TestCase(new byte[] { 0xC6, 0xFF, 0xFF, 0xFF, 0xFF })]
    [TestCase(new byte[] { 0xDB, 0x7F, 0xFF, 0xFF, 0xFF })]
    [TestCase(new byte[] { 0xDD, 0x00, 0x00, 0x00, 0x01 })]
    [TestCase(new byte[] { 0xDF, 0x00, 0x00, 0x00, 0x02, 0, 0, 0 })]
    [TestCase(new byte[] { 0xC9, 0x10, 0x00, 0x00, 0x00, 1 })]
    public void Lengths_that_the_frame_cannot_hold_are_errors(byte[] bytes) =>
        Assert.That(() => Readers.OfMemory(bytes).Skip(), Throws.TypeOf<MessagePackException>().With.Message.Contains("ends inside"));

    [Test]
    public void A_length_that_no_array_can_hold_is_an_error_even_where_the_frame_could()
    {
        var reader = new MessagePackReader(new DripSource([0xC6, 0xFF, 0xFF, 0xFF, 0xF0]), 16);
        reader.BeginFrame(uint.MaxValue);

        Assert.That(() => reader.ReadBinHeader(), Throws.TypeOf<MessagePackException>().With.Message.Contains("4294967280"));
    }

    [Test]
    public void Bytes_of_the_next_frame_are_not_taken()
    {
        byte[] frames = [0, 1, 2, 3];
        var reader = new MessagePackReader(new DripSource(frames, 4), 16);
        reader.BeginFrame(2);

        Assert.That((reader.ReadInt32(), reader.ReadInt32(), reader.End), Is.EqualTo((0, 1, true)));
        Assert.That(() => reader.ReadInt32(), Throws.TypeOf<MessagePackException>());
        reader.EndFrame();
        reader.BeginFrame(2);
        Assert.That((reader.ReadInt32(), reader.ReadInt32()), Is.EqualTo((2, 3)));
    }

    [Test]
    public void What_is_left_of_a_frame_is_passed_over()
    {
        var frames = Everything.Concat(Everything).Append((byte)42).ToArray();
        var reader = new MessagePackReader(new DripSource(frames, 3), 16);
        reader.BeginFrame(frames.Length - 1);
        reader.ReadArrayHeader();
        reader.EndFrame();
        reader.BeginFrame(1);

        Assert.That(reader.ReadInt32(), Is.EqualTo(42));
    }

    [Test]
    public void Asking_a_message_in_memory_for_more_changes_nothing()
    {
        byte[] message = [1, 2, 3];
        var reader = Readers.OfMemory(message);
        reader.ReadInt32();

        Assert.That(reader.TryFill(3), Is.False);
        Assert.That(message, Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That((reader.ReadInt32(), reader.ReadInt32(), reader.End), Is.EqualTo((2, 3, true)));
    }
}
