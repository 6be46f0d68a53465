using System.Buffers;
using System.Runtime.CompilerServices;

namespace ProcessPool.Frames;

/// <summary>The bytes of a stream that have come and were not read yet, in one piece.</summary>
/// <remarks>
/// Its own buffer holds small frames. For a large one a larger buffer is taken from the array pool and given back behind it, so
/// that no array is made for each frame, and many connections do not each hold on to the largest frame that they ever had. For a very
/// large one an array is made, of which nothing is kept.
/// </remarks>
internal sealed class FrameInput
{
    /// <summary>
    /// What may be taken before any of it has come, as a header can claim 2 GiB in ten bytes. Whoever has really sent so much is believed; that this
    /// part is copied once more does not show beside the rest.
    /// </summary>
    public const int Believed = 16 * 1024 * 1024;

    /// <summary>A larger buffer would lie in the pool for long, though the frame that needed it is gone.</summary>
    private const int LargestPooled = 2 * Believed;

    private readonly ByteSource _source;
    private readonly byte[] _own;
    private byte[] _buffer;
    private int _position;
    private int _end;

    /// <summary>
    /// The most bytes that were ever here at once. A buffer grows to that in one step, and beyond it only by as much as has come, until that is
    /// <see cref="Believed"/>: the length in front of a frame costs its sender nothing.
    /// </summary>
    private int _mostSeen;

    public FrameInput(ByteSource source, int capacity)
    {
        _source = source;
        _buffer = _own = new byte[capacity];
    }

    /// <summary>What is here. Valid until more is read or skipped.</summary>
    public ReadOnlySpan<byte> Unread => new(_buffer, _position, _end - _position);

    /// <summary>A part of <see cref="Unread"/>, for a reader.</summary>
    public ReadOnlyMemory<byte> Slice(int start, int length) => new(_buffer, _position + start, length);

    /// <summary>Sees to it that so many bytes are here.</summary>
    /// <returns>False if the stream ended before them.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFill(int count) => _end - _position >= count || TryReadUpTo(count);

    private bool TryReadUpTo(int count)
    {
        while (_end - _position < count)
        {
            if (_end == _buffer.Length) MakeRoom(count);
            var read = _source.Read(_buffer.AsSpan(_end));
            if (read == 0) return false;
            _end += read;
        }

        _mostSeen = Math.Max(_mostSeen, count);
        return true;
    }

    /// <summary>Takes one read's worth of bytes from the stream into the buffer, which grows up to a size.</summary>
    /// <returns>The bytes read: 0 at the end of the stream, -1 if the buffer is full.</returns>
    public int ReadMore(int largestBuffer)
    {
        if (_end == _buffer.Length) MakeRoom(Math.Min(2 * (_end - _position), largestBuffer));
        if (_end == _buffer.Length) return -1;
        var read = _source.Read(_buffer.AsSpan(_end));
        _end += read;
        return read;
    }

    /// <summary>Takes so many bytes, whether they have come or not, without more room for them here.</summary>
    /// <returns>False if the stream ended before them.</returns>
    public bool TryTake(Span<byte> bytes)
    {
        var here = Math.Min(bytes.Length, _end - _position);
        Unread[..here].CopyTo(bytes);
        Skip(here);
        for (bytes = bytes[here..]; bytes.Length > 0; bytes = bytes[here..])
        {
            here = _source.Read(bytes);
            if (here == 0) return false;
        }

        return true;
    }

    /// <summary>Passes over bytes, whether they have come or not.</summary>
    /// <exception cref="ConnectionEndedException">The stream ended before them.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(long count)
    {
        if (count <= _end - _position && _buffer == _own) _position += (int)count;
        else SkipMore(count);
    }

    private void SkipMore(long count)
    {
        var here = (int)Math.Min(count, _end - _position);
        _position += here;
        for (count -= here; count > 0; count -= here)
        {
            here = _source.Read(_buffer.AsSpan(0, (int)Math.Min(count, _buffer.Length)));
            if (here == 0) throw new ConnectionEndedException("The stream ended within a frame.");
        }

        if (_buffer != _own && _end - _position <= _own.Length) MoveTo(_own);
    }

    private void MakeRoom(int count)
    {
        var here = _end - _position;
        var size = here >= Believed ? count : (int)Math.Min(count, Math.Max(_mostSeen, 2L * here));
        if (size <= _buffer.Length) MoveTo(_buffer);
        else MoveTo(size <= LargestPooled ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size));
    }

    private void MoveTo(byte[] buffer)
    {
        var unread = _end - _position;
        Buffer.BlockCopy(_buffer, _position, buffer, 0, unread);

        if (_buffer != buffer && _buffer != _own && _buffer.Length <= LargestPooled) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = buffer;
        _position = 0;
        _end = unread;
    }
}
