using System.Buffers.Binary;
using ProcessPool.MessagePack;

namespace ProcessPool.Protocol;

/// <summary>Cuts a stream into frames: the length as a MessagePack uint 32, then an array that starts with the kind.</summary>
internal sealed class FrameReader(ByteSource source, int capacity = 64 * 1024, bool mayNameFiles = false)
{
    /// <summary>The values of the current frame.</summary>
    public MessagePackReader Values { get; } = new(source, capacity) { MayNameFiles = mayNameFiles };

    /// <summary>The length of the current frame, without the five bytes in front.</summary>
    public int Length { get; private set; }

    /// <summary>Whether the next frame lies in the buffer from end to end, or its start is that of no frame: reading it waits for nothing.</summary>
    public bool HasCompleteFrame
    {
        get
        {
            var bytes = Values.Unread;
            if (bytes.Length < ProtocolConstants.FrameHeader) return false;
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
            return bytes.Length - ProtocolConstants.FrameHeader >= length || bytes[0] != MessagePackCode.UInt32 || length > ProtocolConstants.MaxFrame;
        }
    }

    /// <summary>Waits for the next frame and reads its kind; <see cref="EndFrame"/> ends it.</summary>
    /// <returns>The kind, or <see cref="FrameKind.None"/> if the stream ended between two frames.</returns>
    /// <exception cref="ProtocolException">What comes is not a frame.</exception>
    /// <exception cref="EndOfStreamException">The stream ended within a frame.</exception>
    public FrameKind ReadKind()
    {
        if (!Values.TryFill(ProtocolConstants.FrameHeader))
        {
            var left = Values.Unread;
            if (left.IsEmpty) return FrameKind.None;
            if (left[0] != MessagePackCode.UInt32) throw Stray(left);
            throw new EndOfStreamException("The stream ended within the length of a frame.");
        }

        var header = Values.Unread;
        if (header[0] != MessagePackCode.UInt32) throw Stray(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length is 0 or > ProtocolConstants.MaxFrame)
            throw new ProtocolException($"A frame of {length} bytes; the limit is {ProtocolConstants.MaxFrame}.");

        Length = (int)length;
        const int withKind = ProtocolConstants.FrameHeader + 2;
        if (header.Length >= withKind && length >= 2 && IsShortArray(header[5]) && header[6] <= MessagePackCode.MaxFixInt)
        {
            // What all frames of this version look like.
            Values.BeginFrame(ProtocolConstants.FrameHeader + (long)length, withKind);
            return (FrameKind)header[6];
        }

        Values.BeginFrame(ProtocolConstants.FrameHeader + (long)length, ProtocolConstants.FrameHeader);
        try
        {
            var count = Values.ReadArrayHeader();
            if (count == 0) throw new ProtocolException("A frame without a kind.");
            return (FrameKind)Values.ReadInt64(0, byte.MaxValue, "a kind of frame");
        }
        catch (MessagePackException e)
        {
            throw new ProtocolException($"A frame that does not start with its kind: {e.Message}", e);
        }
    }

    /// <summary>Passes over what the frame holds beyond what was read.</summary>
    public void EndFrame() => Values.EndFrame();

    private static bool IsShortArray(byte code) => code is > MessagePackCode.MinFixArray and < MessagePackCode.MinFixStr;

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
