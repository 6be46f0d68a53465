using ProcessPool.Frames;

namespace ProcessPool.Workers;

/// <summary>
/// The bytes that a worker sent, as one stream: first the bytes that came through its pipe, then, after its death, the bytes that
/// it had published on the status page but not yet written to the pipe.
/// </summary>
/// <param name="stream">The pipe.</param>
/// <param name="recover">Called once at the end of the pipe with the number of bytes that came through it. Returns the bytes
/// that follow them.</param>
/// <param name="books">Counts the bytes.</param>
internal sealed class RecoveringSource(Stream stream, Func<long, byte[]> recover, WorkerBooks books) : ByteSource
{
    private long _received;
    private byte[]? _recovered;
    private int _given;

    public override int Read(Span<byte> destination)
    {
        if (_recovered is null)
        {
            var count = ReadPipe(destination);
            if (count > 0)
            {
                _received += count;
                books.AddReceived(count);
                return count;
            }

            _recovered = recover(_received);
        }

        var rest = _recovered.AsSpan(_given);
        rest = rest[..Math.Min(rest.Length, destination.Length)];
        rest.CopyTo(destination);
        _given += rest.Length;
        books.AddReceived(rest.Length);
        return rest.Length;
    }

    private int ReadPipe(Span<byte> destination)
    {
        try
        {
            return stream.Read(destination);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
