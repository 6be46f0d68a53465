namespace ProcessPool.Protocol.Tests;

/// <summary>A stream as a byte source.</summary>
internal sealed class StreamByteSource(Stream stream) : ByteSource
{
    public override int Read(Span<byte> destination) => stream.Read(destination);
}
