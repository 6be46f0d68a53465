using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Frames;

/// <summary>Cuts a stream into frames: the length as a MessagePack uint 32, then an array that starts with the kind.</summary>
/// <remarks>
/// What a reader over a frame gives out lies in a buffer that is used again: it is valid until <see cref="EndFrame"/>.
/// </remarks>
internal sealed class FrameReader(ByteSource source, int capacity = 64 * 1024)
{
    /// <summary>An array header of one byte, and the kind.</summary>
    private const int Kind = 2;

    /// <summary>
    /// So much of a large frame is its start: enough to say whom it is about. For an array in it, there must be a byte for each element.
    /// </summary>
    private const int Start = 16 * 1024;

    /// <summary>The code of a block of any length, and the length.</summary>
    private const int BlockHeader = 5;

    private readonly FrameInput _input = new(source, capacity);

    /// <summary>Where in the frame the reader starts that was given out.</summary>
    private int _start;

    /// <summary>For a reader that goes through all that was here (<see cref="TryContinue"/>): how many bytes these are; else 0.</summary>
    private long _many;

    /// <summary>How much of that the current frame and those before it are.</summary>
    private long _end;

    /// <summary>Whether the frame's bytes were all taken from the input, to where its value lies.</summary>
    private bool _isTaken;

    /// <summary>Whether that reader sees the frame's end.</summary>
    private bool _isWhole;

    /// <summary>Whether all of the current frame is here: <see cref="Fill"/> has nothing to do.</summary>
    public bool IsWhole => _isWhole;

    /// <summary>The length of the current frame, without the five bytes in front.</summary>
    public int Length { get; private set; }

    /// <summary>Whether the next frame lies in the buffer from end to end, or its start is that of no frame: reading it waits for nothing.</summary>
    public bool HasCompleteFrame
    {
        get
        {
            var bytes = _input.Unread;
            if (bytes.Length < ProtocolConstants.FrameHeader) return false;
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
            return bytes.Length - ProtocolConstants.FrameHeader >= length || bytes[0] != MessagePackCode.UInt32 || length > ProtocolConstants.MaxFrame;
        }
    }

    /// <summary>Waits until the header of the next frame is there.</summary>
    /// <returns>False if the stream has ended before it.</returns>
    public bool WaitForFrame() => _input.TryFill(ProtocolConstants.FrameHeader);

    /// <inheritdoc cref="FrameInput.ReadMore"/>
    public int ReadMore(int largestBuffer) => _input.ReadMore(largestBuffer);

    /// <summary>Waits for the next frame; <see cref="EndFrame"/> ends it.</summary>
    /// <returns>False if the stream ended between two frames.</returns>
    /// <exception cref="ProtocolException">What comes is not a frame.</exception>
    /// <exception cref="ConnectionEndedException">The stream ended within a frame.</exception>
    public bool TryBegin()
    {
        if (_many > 0) _input.Skip(_end);
        _many = 0;
        if (!_input.TryFill(ProtocolConstants.FrameHeader))
        {
            var left = _input.Unread;
            if (left.IsEmpty) return false;
            if (left[0] != MessagePackCode.UInt32) throw Stray(left);
            throw new ConnectionEndedException("The stream ended within the length of a frame.");
        }

        var header = _input.Unread;
        if (header[0] != MessagePackCode.UInt32) throw Stray(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length is 0 or > ProtocolConstants.MaxFrame)
            throw new ProtocolException($"A frame of {length} bytes; the limit is {ProtocolConstants.MaxFrame}.");

        Length = (int)length;
        Wait(Length <= ProtocolConstants.LargeFrame ? Length : Kind);
        _start = 0;
        _isTaken = false;
        _isWhole = Available == Length;
        return true;
    }

    /// <summary>
    /// Waits for the next frame, for a reader that then goes through all that is here: to make one takes longer than to read a small frame. It does not end with its
    /// frame; see <see cref="IsBeyond"/>.
    /// </summary>
    /// <param name="values">What <see cref="Values"/> says.</param>
    /// <inheritdoc cref="TryBegin()"/>
    public bool TryBegin(out MessagePackReader values)
    {
        values = default;
        if (!TryBegin()) return false;
        if (!_isWhole)
        {
            values = Values;
            return true;
        }

        _many = _input.Unread.Length;
        values = new MessagePackReader(_input.Slice(0, (int)_many));
        values.ReadUInt32();
        _end = ProtocolConstants.FrameHeader + Length;
        return true;
    }

    /// <summary>Goes on to the next frame with the same reader, without waiting for anything.</summary>
    /// <returns>False if it cannot: there is no more here, or the frame before was not read to its end, or is no frame.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryContinue(ref MessagePackReader values)
    {
        if (_many - _end < ProtocolConstants.FrameHeader || values.Consumed != _end || values.NextCode != MessagePackCode.UInt32) return false;
        var length = values.ReadUInt32();
        if (length == 0 || length > _many - _end - ProtocolConstants.FrameHeader) return false;
        Length = (int)length;
        _end += ProtocolConstants.FrameHeader + length;
        return true;
    }

    /// <summary>Whether a reader has taken bytes of the next frame for some of this one: then what it has read is none of it.</summary>
    public bool IsBeyond(ref MessagePackReader values) => _many > 0 && values.Consumed > _end;

    /// <summary>
    /// The values of the frame, its kind the first of them; behind that, there is nothing in a large frame that can be relied on, until
    /// <see cref="FillStart"/> or <see cref="Fill"/>.
    /// </summary>
    public MessagePackReader Values
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_input.Slice(ProtocolConstants.FrameHeader + _start, Available - _start));
    }

    /// <summary>Reads the kind, the first of the values.</summary>
    /// <exception cref="BrokenValueException">There is none.</exception>
    public static FrameKind ReadKind(ref MessagePackReader values)
    {
        // Not ReadArrayHeader, which wants a byte for each field to be here already.
        try
        {
            if (values.TryReadArrayHeader(out var fields) && fields > 0) return (FrameKind)values.ReadByte();
        }
        catch (Exception e) when (BrokenValueException.Covers(e))
        {
            // Told below.
        }

        throw new BrokenValueException("The frame does not start with its kind.");
    }

    /// <summary>Waits for the rest of the frame, so that all of it can be read.</summary>
    /// <param name="values">Goes on where it is.</param>
    /// <exception cref="ConnectionEndedException">The stream ended before it.</exception>
    /// <param name="expected">What reads the value that is the rest, if there is just one. If that is a block, it is read straight to its array.</param>
    /// <exception cref="OutOfMemoryException">It is larger than this process has memory for.</exception>
    public void Fill(ref MessagePackReader values, ValueFormatter? expected = null)
    {
        if (_isWhole || (expected is not null && TryFillBlock(ref values, expected))) return;
        Extend(ref values, Length);
    }

    /// <summary>Waits for the start of the frame: for what comes before its function, its argument or its result.</summary>
    /// <inheritdoc cref="Fill"/>
    public void FillStart(ref MessagePackReader values)
    {
        if (!_isWhole) Extend(ref values, Math.Min(Length, Start));
    }

    /// <summary>The bytes of the frame that are left to read, whether they have come or not.</summary>
    public long Remaining(ref MessagePackReader values) => (_many > 0 ? _end : Length - _start) - values.Consumed;

    /// <summary>Passes over the frame, whatever was read of it.</summary>
    /// <exception cref="ConnectionEndedException">The stream ended before its end.</exception>
    public void EndFrame()
    {
        if (_many > 0) return;
        if (!_isTaken) _input.Skip(ProtocolConstants.FrameHeader + (long)Length);
        Length = 0;
    }

    /// <summary>How much of the current frame is here, without the five bytes in front.</summary>
    private int Available => Math.Min(Length, _input.Unread.Length - ProtocolConstants.FrameHeader);

    private void Extend(ref MessagePackReader values, int count)
    {
        Wait(count);
        _start += (int)values.Consumed;
        _isWhole = Available == Length;
        values = Values;
    }

    /// <summary>Reads the rest of the frame straight to where it belongs, if it is one block and the formatter has a place for it.</summary>
    private bool TryFillBlock(ref MessagePackReader values, ValueFormatter expected)
    {
        var rest = (int)Remaining(ref values);
        if (rest < BlockHeader) return false;
        Extend(ref values, Length - rest + (rest > FrameInput.Believed ? FrameInput.Believed : BlockHeader));
        if (values.NextCode != MessagePackCode.Bin32) return false;
        var header = values.ReadRaw(BlockHeader).ToArray();
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (length != rest - BlockHeader || expected.MakeBlock((int)length) is not { } block)
        {
            values = Values;
            return false;
        }

        _input.Skip(ProtocolConstants.FrameHeader + _start + BlockHeader);
        if (!_input.TryTake(block.GetSpan())) throw new ConnectionEndedException("The stream ended within a frame.");
        _isTaken = _isWhole = true;
        values = new MessagePackReader(Joined.Of(header, block.Memory));
        return true;
    }

    private void Wait(int count)
    {
        if (!_input.TryFill(ProtocolConstants.FrameHeader + count)) throw new ConnectionEndedException("The stream ended within a frame.");
    }

    private static ProtocolException Stray(ReadOnlySpan<byte> bytes)
    {
        var shown = bytes[..Math.Min(bytes.Length, 64)];
        return new ProtocolException(
            $"The byte 0x{bytes[0]:X2} stands where a frame should start (0xCE). Something else wrote to this stream: \"{Printable(shown)}\"");
    }

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++) text[i] = bytes[i] is >= 0x20 and < 0x7F ? (char)bytes[i] : '.';
        return new string(text);
    }
}
