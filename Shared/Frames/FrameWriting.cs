using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Frames;

/// <summary>Puts frames around what a writer writes to a message.</summary>
internal static class FrameWriting
{
    /// <summary>Starts a frame of <paramref name="fields"/> elements, the kind included.</summary>
    public static FrameStart BeginFrame(this FrameBuffer message, ref MessagePackWriter writer, FrameKind kind, int fields)
    {
        var start = new FrameStart(message.MarkWith(ref writer), message.LengthWith(ref writer));

        // In five bytes, so that the length can be set later.
        writer.WriteUInt32(0);
        writer.WriteArrayHeader(fields);
        writer.Write((int)kind);
        return start;
    }

    /// <summary>Ends the frame: its length is known now. All of it is in the message then.</summary>
    /// <exception cref="BrokenValueException">It is longer than a frame may be; the frame is taken out again.</exception>
    public static void EndFrame(this FrameBuffer message, ref MessagePackWriter writer, FrameStart start)
    {
        writer.Flush();
        var length = message.Length - start.Length - ProtocolConstants.FrameHeader;
        if (length > ProtocolConstants.MaxFrame)
        {
            message.Rewind(start.Mark);
            throw new BrokenValueException($"{length} bytes are more than fit one frame ({ProtocolConstants.MaxFrame}).");
        }

        message.PatchUInt32(start.Mark.Position, (uint)length);
    }

    /// <summary>A frame that holds nothing but its kind and integers.</summary>
    public static void WriteFrame(this FrameBuffer message, FrameKind kind, params ReadOnlySpan<long> numbers)
    {
        var writer = new MessagePackWriter(message);
        var start = message.BeginFrame(ref writer, kind, 1 + numbers.Length);
        foreach (var number in numbers) writer.Write(number);
        message.EndFrame(ref writer, start);
    }

    /// <summary>Where a frame starts.</summary>
    internal readonly record struct FrameStart(FrameBuffer.Mark Mark, long Length);
}
