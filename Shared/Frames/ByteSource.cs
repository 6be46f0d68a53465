namespace ProcessPool.Frames;

/// <summary>Where a reader gets more bytes from: a pipe, or a stream of any kind.</summary>
internal abstract class ByteSource
{
    /// <summary>Reads at least one byte, waiting for it; returns 0 at the end.</summary>
    public abstract int Read(Span<byte> destination);
}
