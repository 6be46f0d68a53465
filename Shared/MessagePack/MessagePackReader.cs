using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace ProcessPool.MessagePack;

/// <summary>
/// Reads MessagePack values one after the other, from a buffer and, beyond it, from a source; never past the end of
/// the frame it is in. Large blocks go from the source straight to where they belong (<see cref="ReadRaw"/>).
/// </summary>
/// <remarks>
/// Every length and count is checked against the bytes left in the frame before anything is allocated from it, and the
/// length of the frame itself was checked against the limit before (<c>FrameReader</c>).
/// </remarks>
internal sealed partial class MessagePackReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly ByteSource? _source;
    private byte[] _buffer;
    private int _position;
    private int _end;

    /// <summary>Where the frame ends, counted from the start of the buffer; may lie beyond the buffer's end.</summary>
    private long _limit;

    /// <summary>A reader of one message that lies in memory.</summary>
    public MessagePackReader(byte[] message)
    {
        _buffer = message;
        _limit = _end = message.Length;
    }

    /// <summary>A reader of a stream of frames; outside a frame nothing can be read but through <see cref="TryFill"/>.</summary>
    public MessagePackReader(ByteSource source, int capacity)
    {
        _source = source;
        _buffer = new byte[capacity];
    }

    /// <summary>
    /// Whether the sender may name files to load code from. A worker lets its coordinator do so, which gives it its work;
    /// no worker makes its coordinator load what is not part of the application.
    /// </summary>
    public bool MayNameFiles { get; init; }

    public int Depth { get; private set; }

    /// <summary>The bytes left in the frame.</summary>
    public long Remaining => _limit - _position;

    public bool End => _position >= _limit;

    public MessagePackType NextType => MessagePackPrimitives.TypeOf(Peek());

    public bool TryReadNil()
    {
        if (Peek() != MessagePackCode.Nil) return false;
        _position++;
        return true;
    }

    public bool ReadBoolean()
    {
        var code = Peek();
        if (code is not (MessagePackCode.True or MessagePackCode.False)) throw MessagePackException.Unexpected(code, "a boolean");
        _position++;
        return code == MessagePackCode.True;
    }

    public int ReadInt32()
    {
        var start = _position;
        if (TryReadShort(out var value))
        {
            if (value <= int.MaxValue) return (int)value;
            _position = start;
        }

        return (int)ReadInt64(int.MinValue, int.MaxValue, "a 32-bit integer");
    }

    public long ReadInt64() => TryReadShort(out var value) ? value : ReadInt64(long.MinValue, long.MaxValue, "a 64-bit integer");

    public long ReadInt64(long least, long most, string type)
    {
        long value;
        int size;
        while (!Done(MessagePackPrimitives.TryReadInt64(Available, out value, out size), size, type)) { }
        if (value < least || value > most) throw MessagePackException.OutOfRange(value.ToString(), type);
        return value;
    }

    /// <summary>The forms that most integers have, where all of it surely is here; the others are left to the general way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadShort(out long value)
    {
        const int longest = 5;
        value = 0;
        if (_end - _position < longest || _limit - _position < longest) return false;
        var bytes = _buffer.AsSpan(_position, longest);
        switch (bytes[0])
        {
            case <= MessagePackCode.MaxFixInt:
                value = bytes[0];
                _position++;
                return true;
            case MessagePackCode.UInt16:
                value = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
                _position += 3;
                return true;
            case MessagePackCode.UInt32:
                value = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
                _position += longest;
                return true;
            default:
                return false;
        }
    }

    public ulong ReadUInt64()
    {
        ulong value;
        int size;
        while (!Done(MessagePackPrimitives.TryReadUInt64(Available, out value, out size), size, "an unsigned integer")) { }
        return value;
    }

    /// <summary>float 32 bit by bit (a detour over double would change signalling NaNs); float 64 is rounded.</summary>
    public float ReadSingle()
    {
        if (Peek() != MessagePackCode.Float32) return (float)ReadDouble();
        Require(5);
        var value = System.Buffers.Binary.BinaryPrimitives.ReadSingleBigEndian(_buffer.AsSpan(_position + 1));
        _position += 5;
        return value;
    }

    public double ReadDouble()
    {
        double value;
        int size;
        while (!Done(MessagePackPrimitives.TryReadDouble(Available, out value, out size), size, "a floating-point number")) { }
        return value;
    }

    /// <summary>The number of elements that follow; at least one byte of the frame is left for each.</summary>
    public int ReadArrayHeader()
    {
        uint count;
        int size;
        while (!Done(MessagePackPrimitives.TryReadArrayHeader(Available, out count, out size), size, "an array")) { }
        return CheckLength(count);
    }

    /// <summary>The number of pairs that follow; at least two bytes of the frame are left for each.</summary>
    public int ReadMapHeader()
    {
        uint count;
        int size;
        while (!Done(MessagePackPrimitives.TryReadMapHeader(Available, out count, out size), size, "a map")) { }
        CheckLength(2 * (long)count);
        return (int)count;
    }

    public int ReadBinHeader()
    {
        uint count;
        int size;
        while (!Done(MessagePackPrimitives.TryReadBinHeader(Available, out count, out size), size, "binary data")) { }
        return CheckLength(count);
    }

    public ExtensionHeader ReadExtensionHeader()
    {
        sbyte typeCode;
        uint count;
        int size;
        while (!Done(MessagePackPrimitives.TryReadExtensionHeader(Available, out typeCode, out count, out size), size, "an extension")) { }
        return new ExtensionHeader(typeCode, CheckLength(count));
    }

    /// <summary>A string; null if it is nil.</summary>
    public string? ReadString()
    {
        if (TryReadNil()) return null;
        if (NextType == MessagePackType.Extension) return ReadUtf16();
        uint count;
        int size;
        while (!Done(MessagePackPrimitives.TryReadStringHeader(Available, out count, out size), size, "a string")) { }
        var length = CheckLength(count);
        if (length == 0) return "";
        try
        {
            if (length > _buffer.Length) return StrictUtf8.GetString(ReadBlock<byte>(length));
            Require(length);
            var text = StrictUtf8.GetString(_buffer, _position, length);
            _position += length;
            return text;
        }
        catch (DecoderFallbackException e)
        {
            throw new MessagePackException($"A string is not valid UTF-8: {e.Message}");
        }
    }

    /// <summary>Passes over one value, whatever it is, without recursion.</summary>
    public void Skip()
    {
        for (long values = 1; values > 0; values--)
        {
            var code = Peek();
            switch (MessagePackPrimitives.TypeOf(code))
            {
                case MessagePackType.Array:
                    values += ReadArrayHeader();
                    break;
                case MessagePackType.Map:
                    values += 2L * ReadMapHeader();
                    break;
                case MessagePackType.Binary:
                    Advance(ReadBinHeader());
                    break;
                case MessagePackType.Extension:
                    Advance(ReadExtensionHeader().Length);
                    break;
                case MessagePackType.Integer:
                    _ = code == MessagePackCode.UInt64 ? (long)ReadUInt64() : ReadInt64();
                    break;
                case MessagePackType.Float:
                    ReadDouble();
                    break;
                case MessagePackType.String:
                    uint count;
                    int size;
                    while (!Done(MessagePackPrimitives.TryReadStringHeader(Available, out count, out size), size, "a string")) { }
                    Advance(CheckLength(count));
                    break;
                case MessagePackType.Unknown:
                    throw MessagePackException.Unexpected(code, "a value");
                default:
                    _position++;
                    break;
            }
        }
    }

    private ReadOnlySpan<byte> Available => _buffer.AsSpan(_position, (int)Math.Min(_end - _position, _limit - _position));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte Peek()
    {
        if (_position >= _end || _position >= _limit) Require(1);
        return _buffer[_position];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Done(DecodeResult result, int size, string expected)
    {
        if (result != DecodeResult.Success) return NotDone(result, size, expected);
        _position += size;
        return true;
    }

    private bool NotDone(DecodeResult result, int size, string expected)
    {
        switch (result)
        {
            case DecodeResult.NeedMore:
                Require(Math.Max(size, 1));
                return false;
            case DecodeResult.Overflow:
                MessagePackPrimitives.TryReadInt64(Available, out var bits, out _);
                throw MessagePackException.OutOfRange(_buffer[_position] == MessagePackCode.UInt64 ? ((ulong)bits).ToString() : bits.ToString(), expected);
            default:
                throw MessagePackException.Unexpected(_buffer[_position], expected);
        }
    }

    private string ReadUtf16()
    {
        var header = ReadExtensionHeader();
        if (header.TypeCode != ExtensionType.Utf16String || header.Length % 2 != 0)
            throw new MessagePackException($"Expected a string, found an extension of type {header.TypeCode} with {header.Length} bytes.");
        return new string(ReadBlock<char>(header.Length / 2));
    }
}
