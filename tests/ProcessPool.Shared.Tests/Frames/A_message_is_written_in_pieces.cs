using MessagePack;
using ProcessPool.Frames;

namespace ProcessPool.Tests.Frames;

[TestFixture]
internal sealed class A_message_is_written_in_pieces
{
    [Test]
    public void A_writer_goes_on_behind_what_was_appended([Values] bool marks, [Values] bool writes, [Values(1, 100, 5000)] int size)
    {
        var message = new FrameBuffer(64);
        var writer = new MessagePackWriter(message);
        List<byte> expected = [];
        for (var i = 0; i < 20; i++)
        {
            var piece = new FrameBuffer();
            byte[] bytes = [.. Enumerable.Repeat((byte)(i + 1), size)];
            piece.Append(bytes);
            if (marks) Assert.That(message.MarkWith(ref writer).Length, Is.EqualTo(expected.Count));
            message.Append(ref writer, piece);
            expected.AddRange(bytes);
            if (marks) Assert.That(message.MarkWith(ref writer).Length, Is.EqualTo(expected.Count));
            if (!writes) continue;
            writer.Write(7);
            expected.Add(7);
        }

        writer.Flush();
        Assert.That(message.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void Blocks_lie_where_they_were_written([Values] bool marks)
    {
        var message = new FrameBuffer(64);
        var writer = new MessagePackWriter(message);
        var block = new byte[FrameBuffer.BlockThreshold];
        List<byte> expected = [];
        for (var i = 0; i < 3; i++)
        {
            Formatters.Wire.Compiled.Get<byte[]>().Write(ref writer, block, message.ContextOf(Formatters.Wire.Compiled));
            expected.AddRange([0xC5, 0x40, 0x00, .. block]);
            if (marks) Assert.That(message.MarkWith(ref writer).Length, Is.EqualTo(expected.Count));
        }

        writer.Flush();
        Assert.That(message.ToArray(), Is.EqualTo(expected));
    }
}
