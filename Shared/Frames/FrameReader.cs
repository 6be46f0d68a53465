using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Frames;

/// <summary>Splits a stream into frames: the length as a MessagePack uint 32, then an array that starts with the kind.</summary>
/// <remarks>
/// The bytes that a reader over a frame returns are in a buffer that is reused. They are valid until <see cref="EndFrame"/>.
/// </remarks>
internal sealed class FrameReader(ByteSource source, int capacity = 64 * 1024)
{
    /// <summary>The length in bytes of a one-byte array header and the kind.</summary>
    private const int Kind = 2;

    /// <summary>
    /// The length in bytes of a large frame's start, which is enough to tell what the frame is about. An array header in it can
    /// only be read if there is at least a byte for each element.
    /// </summary>
    private const int Start = 16 * 1024;

    /// <summary>The length in bytes of a block's code and its length.</summary>
    private const int BlockHeader = 5;

    private readonly FrameInput _input = new(source, capacity);

    /// <summary>The position in the frame at which the current reader starts.</summary>
    private int _start;

    /// <summary>
    /// For a reader over all bytes that were here (<see cref="TryContinue"/>), the number of these bytes; otherwise 0.
    /// </summary>
    private long _many;

    /// <summary>How many of these bytes belong to the current frame and those before it.</summary>
    private long _end;

    /// <summary>Whether all bytes of the frame have been moved from the input directly to the memory of its value.</summary>
    private bool _isTaken;

    /// <summary>Whether the current reader sees the whole frame.</summary>
    private bool _isWhole;

    /// <summary>Whether the whole current frame is here, so that <see cref="Fill"/> has nothing to do.</summary>
    public bool IsWhole => _isWhole;

    /// <summary>The length of the current frame, without the five bytes before it.</summary>
    public int Length { get; private set; }

    /// <summary>
    /// Whether the next frame can be read without waiting, because it is completely in the buffer or its start is invalid.
    /// </summary>
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

    /// <summary>Waits for the header of the next frame.</summary>
    /// <returns>False if the stream ended before it.</returns>
    public bool WaitForFrame() => _input.TryFill(ProtocolConstants.FrameHeader);

    /// <inheritdoc cref="FrameInput.ReadMore"/>
    public int ReadMore(int largestBuffer) => _input.ReadMore(largestBuffer);

    /// <summary>Waits for the next frame. <see cref="EndFrame"/> ends it.</summary>
    /// <returns>False if the stream ended between two frames.</returns>
    /// <exception cref="ProtocolException">The next bytes are not a frame.</exception>
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
    /// Waits for the next frame, and returns a reader over all bytes that are here, because creating a reader takes longer than
    /// reading a small frame. The reader does not end with the frame; see <see cref="IsBeyond"/>.
    /// </summary>
    /// <param name="values">The values, as described at <see cref="Values"/>.</param>
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

    /// <summary>Continues with the next frame and the same reader, without waiting.</summary>
    /// <returns>False if that is impossible: no other frame is completely here, the frame before was not read to its end, or the
    /// next bytes are not a frame.</returns>
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

    /// <summary>Whether a reader has read past the end of this frame. What it has read is then not valid.</summary>
    public bool IsBeyond(ref MessagePackReader values) => _many > 0 && values.Consumed > _end;

    /// <summary>
    /// The values of the frame, starting with its kind. In a large frame, the values after the kind may not have arrived until
    /// <see cref="FillStart"/> or <see cref="Fill"/> has been called.
    /// </summary>
    public MessagePackReader Values
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_input.Slice(ProtocolConstants.FrameHeader + _start, Available - _start));
    }

    /// <summary>Reads the kind, which is the first value.</summary>
    /// <exception cref="BrokenValueException">The frame does not start with a kind.</exception>
    public static FrameKind ReadKind(ref MessagePackReader values)
    {
        // ReadArrayHeader would require that a byte for each field has already arrived.
        try
        {
            if (values.TryReadArrayHeader(out var fields) && fields > 0) return (FrameKind)values.ReadByte();
        }
        catch (Exception e) when (BrokenValueException.Covers(e))
        {
            // Reported below.
        }

        throw new BrokenValueException("The frame does not start with its kind.");
    }

    /// <summary>Waits for the rest of the frame, so that all of it can be read.</summary>
    /// <param name="values">The reader. Its position is kept.</param>
    /// <param name="expected">The formatter of the rest, if that is a single value. A block is then read directly into its
    /// array.</param>
    /// <exception cref="ConnectionEndedException">The stream ended before the end of the frame.</exception>
    /// <exception cref="OutOfMemoryException">The process does not have enough memory for the frame.</exception>
    public void Fill(ref MessagePackReader values, ValueFormatter? expected = null)
    {
        if (_isWhole || (expected is not null && TryFillBlock(ref values, expected))) return;
        Extend(ref values, Length);
    }

    /// <summary>Waits for the start of the frame: the part before the function, argument or result.</summary>
    /// <inheritdoc cref="Fill"/>
    public void FillStart(ref MessagePackReader values)
    {
        if (!_isWhole) Extend(ref values, Math.Min(Length, Start));
    }

    /// <summary>The number of bytes of the frame that are left to read, including those that have not arrived.</summary>
    public long Remaining(ref MessagePackReader values) => (_many > 0 ? _end : Length - _start) - values.Consumed;

    /// <summary>Skips the rest of the frame.</summary>
    /// <exception cref="ConnectionEndedException">The stream ended before the end of the frame.</exception>
    public void EndFrame()
    {
        if (_many > 0) return;
        if (!_isTaken) _input.Skip(ProtocolConstants.FrameHeader + (long)Length);
        Length = 0;
    }

    /// <summary>How many bytes of the current frame are here, without the five bytes before it.</summary>
    private int Available => Math.Min(Length, _input.Unread.Length - ProtocolConstants.FrameHeader);

    private void Extend(ref MessagePackReader values, int count)
    {
        Wait(count);
        _start += (int)values.Consumed;
        _isWhole = Available == Length;
        values = Values;
    }

    /// <summary>
    /// Reads the rest of the frame directly into its array, if it is one block and the formatter provides the array.
    /// </summary>
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
            $"Expected the start of a frame (0xCE), found the byte 0x{bytes[0]:X2}. Something else wrote to this stream: \"{Printable(shown)}\"");
    }

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++) text[i] = bytes[i] is >= 0x20 and < 0x7F ? (char)bytes[i] : '.';
        return new string(text);
    }
}
