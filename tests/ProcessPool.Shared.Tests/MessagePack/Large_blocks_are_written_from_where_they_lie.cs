using System.Runtime.InteropServices;
using ProcessPool.MessagePack;

namespace ProcessPool.Tests.MessagePack;

[TestFixture]
internal sealed class Large_blocks_are_written_from_where_they_lie
{
    private const int Large = MessagePackWriter.BlockThreshold;

    private static readonly byte[] Block = Enumerable.Range(0, Large + 1).Select(i => (byte)(i * 7)).ToArray();

    [Test]
    public void Small_ones_are_copied()
    {
        var writer = new MessagePackWriter();
        writer.WriteBlock(Block, 0, Large - 1);

        Assert.That(writer.IsContiguous, Is.True);
        Assert.That(writer.Buffer.ToArray(), Is.EqualTo(Readers.Written(w => w.Write(Block.AsSpan(0, Large - 1)))));
    }

    [Test]
    public void Large_ones_are_referred_to()
    {
        var array = (byte[])Block.Clone();
        var writer = new MessagePackWriter();
        writer.WriteBlock(array, 0, array.Length);
        array[0] ^= 0xFF;

        Assert.That((writer.IsContiguous, writer.Length, writer.Buffer.Length), Is.EqualTo((false, array.Length + 3L, 3)));
        Assert.That(writer.ToArray()[3..], Is.EqualTo(array));
    }

    [Test]
    public void Segments_copies_and_appended_writers_hold_the_same_bytes()
    {
        var ints = MemoryMarshal.Cast<byte, int>(Block).ToArray();
        var writer = new MessagePackWriter(1);
        writer.Write("before");
        writer.WriteBlock(Block, 0, Block.Length);
        writer.WriteBlock(ints, 4, (4 * ints.Length) - 4);
        writer.Write("between");
        writer.WriteBlock(Block, 1, Large);
        var expected = Readers.Written(w =>
        {
            w.Write("before");
            w.Write(Block);
            w.Write(MemoryMarshal.AsBytes(ints.AsSpan(1)));
            w.Write("between");
            w.Write(Block.AsSpan(1));
        });

        Assert.That(writer.ToArray(), Is.EqualTo(expected));
        Assert.That(Joined(writer), Is.EqualTo(expected));
        var outer = new MessagePackWriter(1);
        outer.Write(1);
        outer.Append(writer);
        outer.Append(writer);
        outer.Write(2);
        byte[] twice = [1, .. expected, .. expected, 2];
        Assert.That((outer.IsContiguous, outer.Length), Is.EqualTo((false, (long)twice.Length)));
        Assert.That(outer.ToArray(), Is.EqualTo(twice));
        Assert.That(Joined(outer), Is.EqualTo(twice));
    }

    [Test]
    public void Rewinding_forgets_blocks_and_depth()
    {
        var writer = new MessagePackWriter(1);
        writer.Write(1);
        writer.WriteBlock(Block, 0, Large);
        var mark = writer.GetMark();
        var before = writer.ToArray();
        writer.Enter();
        writer.Write("half a value");
        writer.WriteBlock(Block, 0, Large);
        writer.Rewind(mark);

        Assert.That((writer.Length, writer.Depth), Is.EqualTo(((long)before.Length, 0)));
        Assert.That(writer.ToArray(), Is.EqualTo(before));
        writer.Clear();
        Assert.That((writer.Length, writer.IsContiguous), Is.EqualTo((0L, true)));
    }

    private static byte[] Joined(MessagePackWriter writer)
    {
        var bytes = new List<byte>();
        foreach (var segment in writer.Segments) bytes.AddRange(segment);
        return [.. bytes];
    }
}
