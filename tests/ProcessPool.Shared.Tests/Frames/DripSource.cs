using ProcessPool.Frames;

namespace ProcessPool.Tests.Frames;

/// <summary>Returns a few bytes at a time, like a slow pipe.</summary>
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
