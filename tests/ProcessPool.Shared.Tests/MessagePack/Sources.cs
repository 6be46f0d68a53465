using ProcessPool.MessagePack;

namespace ProcessPool.Tests.MessagePack;

/// <summary>Hands out a few bytes at a time, as a slow pipe does.</summary>
internal sealed class DripSource(byte[] bytes, int atOnce = 1) : ByteSource
{
    private int _position;

    public override int Read(Span<byte> destination)
    {
        var count = Math.Min(Math.Min(atOnce, destination.Length), bytes.Length - _position);
        bytes.AsSpan(_position, count).CopyTo(destination);
        _position += count;
        return count;
    }
}

/// <summary>Ways to get at the same bytes.</summary>
internal static class Readers
{
    public static MessagePackReader OfMemory(params byte[] bytes) => new(bytes);

    public static MessagePackReader Dripping(byte[] bytes, int capacity = 16, int atOnce = 1)
    {
        var reader = new MessagePackReader(new DripSource(bytes, atOnce), capacity);
        reader.BeginFrame(bytes.Length);
        return reader;
    }

    public static byte[] Written(Action<MessagePackWriter> write)
    {
        var writer = new MessagePackWriter(1);
        write(writer);
        return writer.ToArray();
    }
}
