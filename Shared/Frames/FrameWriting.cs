using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Frames;

/// <summary>Writes frames to a message.</summary>
internal static class FrameWriting
{
    private const int MostFields = 16;

    /// <summary>
    /// Caches the start of frames by kind and number of fields. Writing its parts each time would take as long as the rest of a
    /// small result.
    /// </summary>
    private static readonly byte[]?[] Starts = new byte[]?[((int)FrameKind.OutputTaken + 1) * MostFields];

    /// <summary>Starts a frame of <paramref name="fields"/> elements, including the kind.</summary>
    public static FrameBuffer.Mark BeginFrame(this FrameBuffer message, ref MessagePackWriter writer, FrameKind kind, int fields)
    {
        var start = message.MarkWith(ref writer);

        writer.WriteRaw(StartOf(kind, fields));
        return start;
    }

    /// <summary>Ends the frame and sets its length, which is known now.</summary>
    /// <param name="message">The message with the frame.</param>
    /// <param name="writer">The writer to that message.</param>
    /// <param name="start">The start of the frame.</param>
    /// <param name="flush">Whether to flush the writer. If not, it may still hold bytes of the frame.</param>
    /// <returns>The position behind the frame.</returns>
    /// <exception cref="BrokenValueException">The frame is too long. It has been removed from the message.</exception>
    public static int EndFrame(this FrameBuffer message, ref MessagePackWriter writer, FrameBuffer.Mark start, bool flush = true)
    {
        if (flush) writer.Flush();
        var end = message.MarkWith(ref writer);
        var length = end.Length - start.Length - ProtocolConstants.FrameHeader;
        if (length > ProtocolConstants.MaxFrame)
        {
            message.Rewind(start);
            writer = new MessagePackWriter(message);
            throw new BrokenValueException($"A frame of {length} bytes; the limit is {ProtocolConstants.MaxFrame}.");
        }

        message.PatchUInt32(start.Position, (uint)length);
        return end.Position;
    }

    private static byte[] StartOf(FrameKind kind, int fields)
    {
        var index = ((int)kind * MostFields) + fields;
        return fields < MostFields && index < Starts.Length ? Starts[index] ??= MakeStart(kind, fields) : MakeStart(kind, fields);
    }

    private static byte[] MakeStart(FrameKind kind, int fields)
    {
        var message = new FrameBuffer(16);
        var writer = new MessagePackWriter(message);

        // Always five bytes, so that the length can be set later.
        writer.WriteUInt32(0);
        writer.WriteArrayHeader(fields);
        writer.Write((int)kind);
        writer.Flush();
        return message.ToArray();
    }

    /// <summary>Writes a frame that contains only its kind and integers.</summary>
    public static void WriteFrame(this FrameBuffer message, FrameKind kind, params ReadOnlySpan<long> numbers)
    {
        var writer = new MessagePackWriter(message);
        var start = message.BeginFrame(ref writer, kind, 1 + numbers.Length);
        foreach (var number in numbers) writer.Write(number);
        message.EndFrame(ref writer, start);
    }
}
