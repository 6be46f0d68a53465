using System.Runtime.InteropServices;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Tests.Formatters;
using ProcessPool.Values;

namespace ProcessPool.Tests.Values;

[TestFixture]
internal sealed class Large_blocks_are_written_from_where_they_lie
{
    private const int Large = FrameBuffer.BlockThreshold;

    private static readonly byte[] Block = Enumerable.Range(0, Large + 1).Select(i => (byte)(i * 7)).ToArray();

    [Test]
    public void Small_ones_are_copied()
    {
        var message = Wire.Message((ref MessagePackWriter w, ValueContext c) => w.WriteBlock(Block, 0, Large - 1, c));

        Assert.That(message.IsContiguous, Is.True);
        Assert.That(message.ToArray(), Is.EqualTo(Wire.Written((ref MessagePackWriter w, ValueContext _) => w.Write(Block.AsSpan(0, Large - 1)))));
    }

    [Test]
    public void Large_ones_are_referred_to()
    {
        var array = (byte[])Block.Clone();
        var message = Wire.Message((ref MessagePackWriter w, ValueContext c) => w.WriteBlock(array, 0, array.Length, c));
        array[0] ^= 0xFF;

        Assert.That((message.IsContiguous, message.Length, message.Written.Length), Is.EqualTo((false, array.Length + 3L, 3)));
        Assert.That(message.ToArray()[3..], Is.EqualTo(array));
    }

    [Test]
    public void Segments_copies_and_appended_messages_hold_the_same_bytes()
    {
        var ints = MemoryMarshal.Cast<byte, int>(Block).ToArray();
        var message = Wire.Message((ref MessagePackWriter w, ValueContext c) =>
        {
            w.Write("before");
            w.WriteBlock(Block, 0, Block.Length, c);
            w.WriteBlock(ints, 4, (4 * ints.Length) - 4, c);
            w.Write("between");
            w.WriteBlock(Block, 1, Large, c);
        });
        var expected = Wire.Written((ref MessagePackWriter w, ValueContext _) =>
        {
            w.Write("before");
            w.Write(Block);
            w.Write(MemoryMarshal.AsBytes(ints.AsSpan(1)));
            w.Write("between");
            w.Write(Block.AsSpan(1));
        });

        Assert.That(message.ToArray(), Is.EqualTo(expected));
        Assert.That(Joined(message), Is.EqualTo(expected));
        var outer = new FrameBuffer(1);
        outer.Append([1]);
        outer.Append(message);
        outer.Append(message);
        outer.Append([2]);
        byte[] twice = [1, .. expected, .. expected, 2];
        Assert.That((outer.IsContiguous, outer.Length), Is.EqualTo((false, (long)twice.Length)));
        Assert.That(outer.ToArray(), Is.EqualTo(twice));
        Assert.That(Joined(outer), Is.EqualTo(twice));
    }

    [Test]
    public void Rewinding_forgets_blocks_and_depth_also_to_what_the_writer_still_held()
    {
        var message = new FrameBuffer(1);
        var context = message.ContextOf(Wire.Compiled);
        var writer = new MessagePackWriter(message);
        writer.Write(1);
        writer.WriteBlock(Block, 0, Large, context);
        writer.Write(2);
        var mark = message.MarkWith(ref writer);
        ValueContext.Enter(context, typeof(int));
        writer.Write("half a value");
        writer.WriteBlock(Block, 0, Large, context);
        writer.Write(new string('x', 1000));
        message.Rewind(mark);

        Assert.That((message.Length, message.Depth), Is.EqualTo((1L + 3 + Large + 1, 0)));
        Assert.That(message.ToArray(), Is.EqualTo((byte[])[1, 0xC5, Large >> 8, Large & 0xFF, .. Block.AsSpan(0, Large), 2]));
        message.Clear();
        Assert.That((message.Length, message.IsContiguous), Is.EqualTo((0L, true)));
    }

    [Test]
    public void The_length_counts_what_the_writer_still_holds()
    {
        var message = new FrameBuffer(1);
        var writer = new MessagePackWriter(message);
        for (var i = 1; i <= 1000; i++)
        {
            writer.Write(100);
            Assert.That(message.LengthWith(ref writer), Is.EqualTo(i));
        }

        writer.Flush();
        Assert.That((message.Length, message.LengthWith(ref writer)), Is.EqualTo((1000L, 1000L)));
    }

    private static byte[] Joined(FrameBuffer message)
    {
        var bytes = new List<byte>();
        foreach (var segment in message.Segments) bytes.AddRange(segment);
        return [.. bytes];
    }
}
