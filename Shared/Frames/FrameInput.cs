using System.Buffers;
using System.Runtime.CompilerServices;

namespace ProcessPool.Frames;

/// <summary>The bytes of a stream that have arrived but have not been read, in one contiguous piece.</summary>
/// <remarks>
/// Small frames fit the connection's own buffer. For a large frame, a buffer is rented from the array pool and returned after the
/// frame. So no array is allocated per frame, and connections do not keep buffers for the largest frames that they ever had. For
/// a very large frame, an array is allocated and not kept.
/// </remarks>
internal sealed class FrameInput
{
    /// <summary>
    /// In bytes. Memory beyond this is allocated for a frame only after this many of its bytes have arrived, because a header can
    /// claim 2 GiB in ten bytes. A sender that has really sent this much is believed. The additional copy of this part is
    /// negligible.
    /// </summary>
    public const int Believed = 16 * 1024 * 1024;

    /// <summary>
    /// In bytes. Larger buffers are not pooled, because they would stay in the pool long after the frame is gone.
    /// </summary>
    private const int LargestPooled = 2 * Believed;

    private readonly ByteSource _source;
    private readonly byte[] _own;
    private byte[] _buffer;
    private int _position;
    private int _end;

    /// <summary>
    /// The largest number of bytes that were ever here at once. A buffer grows to this size in one step. Beyond it, the buffer
    /// only doubles with the bytes that arrive, until they reach <see cref="Believed"/>, because a sender can claim any length of
    /// a frame at no cost.
    /// </summary>
    private int _mostSeen;

    public FrameInput(ByteSource source, int capacity)
    {
        _source = source;
        _buffer = _own = new byte[capacity];
    }

    /// <summary>The unread bytes. Valid until more bytes are read or skipped.</summary>
    public ReadOnlySpan<byte> Unread => new(_buffer, _position, _end - _position);

    /// <summary>A part of <see cref="Unread"/>, for a reader.</summary>
    public ReadOnlyMemory<byte> Slice(int start, int length) => new(_buffer, _position + start, length);

    /// <summary>Waits until this many unread bytes are here.</summary>
    /// <returns>False if the stream ended before that.</returns>
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

    /// <summary>Reads from the stream into the buffer once. The buffer grows up to the given size.</summary>
    /// <returns>The number of bytes read: 0 at the end of the stream, -1 if the buffer is full.</returns>
    public int ReadMore(int largestBuffer)
    {
        if (_end == _buffer.Length) MakeRoom(Math.Min(2 * (_end - _position), largestBuffer));
        if (_end == _buffer.Length) return -1;
        var read = _source.Read(_buffer.AsSpan(_end));
        _end += read;
        return read;
    }

    /// <summary>Reads bytes into a span, and waits for those that have not arrived. Does not buffer them here.</summary>
    /// <returns>False if the stream ended before that.</returns>
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

    /// <summary>Skips bytes, and waits for those that have not arrived.</summary>
    /// <exception cref="ConnectionEndedException">The stream ended before that.</exception>
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
