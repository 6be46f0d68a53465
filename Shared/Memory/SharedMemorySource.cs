using System.Runtime.InteropServices;
using ProcessPool.MessagePack;

namespace ProcessPool.Memory;

/// <summary>A part of shared memory, to be read from its start to its end. The memory stays mapped until this is disposed of, whoever closes it.</summary>
internal sealed unsafe class SharedMemorySource(SafeHandle view, byte* start, long length) : ByteSource, IDisposable
{
    /// <summary>What a reader takes at a time; larger blocks go past its buffer.</summary>
    public const int Buffer = 64 * 1024;

    private long _position;

    public override int Read(Span<byte> destination)
    {
        var count = (int)Math.Min(destination.Length, length - _position);
        new ReadOnlySpan<byte>(start + _position, count).CopyTo(destination);
        _position += count;
        return count;
    }

    public void Dispose() => view.DangerousRelease();
}
