namespace ProcessPool.Protocol.Tests.Fuzz;

/// <summary>Bytes that arrive in pieces of random sizes, as a stream and as a source.</summary>
internal sealed class Dripping(byte[] bytes, Random random)
{
    private int _position;

    public ByteSource AsSource() => new StreamByteSource(AsStream());

    public Stream AsStream() => new PassingStream(new Source(this), int.MaxValue);

    private int Read(Span<byte> destination)
    {
        var most = random.Next(4) == 0 ? 1 : random.Next(1, 200);
        var count = Math.Min(Math.Min(most, destination.Length), bytes.Length - _position);
        bytes.AsSpan(_position, count).CopyTo(destination);
        _position += count;
        return count;
    }

    private sealed class Source(Dripping owner) : MemoryStream
    {
        public override int Read(Span<byte> buffer) => owner.Read(buffer);
    }
}
