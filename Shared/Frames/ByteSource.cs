namespace ProcessPool.Frames;

/// <summary>The source of a reader's bytes: a pipe, or any kind of stream.</summary>
internal abstract class ByteSource
{
    /// <summary>Waits for at least one byte and reads the available bytes. Returns 0 at the end.</summary>
    public abstract int Read(Span<byte> destination);
}
