namespace ProcessPool.MessagePack;

// Where the bytes come from, and where the frame ends.
internal sealed partial class MessagePackReader
{
    /// <summary>One value deeper; undone by <see cref="Leave"/>, or by <see cref="RecoverAt"/> after an error.</summary>
    public void Enter()
    {
        if (++Depth > DepthLimit.Maximum || DepthLimit.IsStackShort(Depth)) throw MessagePackException.TooDeep();
    }

    public void Leave() => Depth--;

    /// <summary>From here on, <paramref name="length"/> bytes make up the frame; the first <paramref name="read"/> of them, which lie in the buffer, are read.</summary>
    public void BeginFrame(long length, int read = 0)
    {
        _limit = _position + length;
        _position += read;
        Depth = 0;
    }

    /// <summary>Passes over what is left of the frame.</summary>
    public void EndFrame()
    {
        if (_position != _limit) Advance(Remaining);
        _limit = _position;
    }

    /// <summary>
    /// After an error within a value that started when so many bytes were <see cref="Remaining"/>: goes on behind that
    /// value, or, where the bytes came from a source and cannot be read twice, at the end of the frame.
    /// </summary>
    public void RecoverAt(long remaining)
    {
        Depth = 0;
        if (_source is not null)
        {
            Advance(Remaining);
            return;
        }

        _position = (int)(_limit - remaining);
        Skip();
    }

    /// <summary>Sees to it that <paramref name="count"/> bytes lie in the buffer, whatever frame they belong to.</summary>
    /// <returns>False if the source ended before them.</returns>
    public bool TryFill(int count)
    {
        if (_end - _position >= count) return true;

        // A message in memory is the caller's array: nothing in it may be moved.
        if (_source is null) return false;
        MakeRoom(count);
        while (_end - _position < count)
        {
            var read = _source.Read(_buffer.AsSpan(_end));
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }

    /// <summary>The bytes in the buffer, of this frame and of later ones.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_position, _end - _position);

    /// <summary>Takes one read's worth of bytes from the source into the buffer, which grows up to a size.</summary>
    /// <returns>The bytes read: 0 at the end of the source, -1 if the buffer is full.</returns>
    public int ReadMore(int largestBuffer)
    {
        if (_end == _buffer.Length) MakeRoom((int)Math.Min(2L * (_end - _position), largestBuffer));
        if (_end == _buffer.Length) return -1;
        var read = _source!.Read(_buffer.AsSpan(_end));
        _end += read;
        return read;
    }

    private int CheckLength(long length)
    {
        if (length > Remaining) throw MessagePackException.Truncated(length, Remaining);
        if (length > Array.MaxLength) throw new MessagePackException($"A length of {length} is more than an array can hold.");
        return (int)length;
    }

    private void Require(int count)
    {
        if (count > Remaining) throw MessagePackException.Truncated(count, Remaining);
        if (!TryFill(count)) throw new EndOfStreamException("The stream ended inside a frame.");
    }

    private void MakeRoom(int count)
    {
        if (_position > 0)
        {
            System.Buffer.BlockCopy(_buffer, _position, _buffer, 0, _end - _position);
            _end -= _position;
            _limit -= _position;
            _position = 0;
        }

        if (count > _buffer.Length) Array.Resize(ref _buffer, count);
    }

    private void Advance(long count)
    {
        if (count > Remaining) throw MessagePackException.Truncated(count, Remaining);
        var buffered = (int)Math.Min(count, _end - _position);
        _position += buffered;
        count -= buffered;
        Span<byte> waste = stackalloc byte[(int)Math.Min(count, 4096)];
        for (; count > 0; count -= waste.Length)
        {
            if (count < waste.Length) waste = waste[..(int)count];
            ReadFromSource(waste);
        }
    }

    /// <summary>Bytes that bypass the buffer, which is empty: only the frame's end, counted from the buffer, moves.</summary>
    private void ReadFromSource(Span<byte> destination)
    {
        _limit -= destination.Length;
        while (!destination.IsEmpty)
        {
            var read = _source is null ? 0 : _source.Read(destination);
            if (read == 0) throw new EndOfStreamException("The stream ended inside a frame.");
            destination = destination[read..];
        }
    }
}
