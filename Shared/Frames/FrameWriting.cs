using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Frames;

/// <summary>Puts frames around what a writer writes to a message.</summary>
internal static class FrameWriting
{
    private const int MostFields = 16;

    /// <summary>How frames start, by kind and number of fields: to write each part of it again takes as long as all the rest of a small result.</summary>
    private static readonly byte[]?[] Starts = new byte[]?[((int)FrameKind.ProgressTaken + 1) * MostFields];

    /// <summary>Starts a frame of <paramref name="fields"/> elements, the kind included.</summary>
    public static FrameBuffer.Mark BeginFrame(this FrameBuffer message, ref MessagePackWriter writer, FrameKind kind, int fields)
    {
        var start = message.MarkWith(ref writer);

        writer.WriteRaw(StartOf(kind, fields));
        return start;
    }

    /// <summary>Ends the frame: its length is known now.</summary>
    /// <param name="message">Where it is.</param>
    /// <param name="writer">To that message.</param>
    /// <param name="start">Where the frame starts.</param>
    /// <param name="flush">Whether all of it is to be in the message then; otherwise the writer may still hold some.</param>
    /// <returns>The place behind it.</returns>
    /// <exception cref="BrokenValueException">It is longer than a frame may be; the frame is taken out again.</exception>
    public static int EndFrame(this FrameBuffer message, ref MessagePackWriter writer, FrameBuffer.Mark start, bool flush = true)
    {
        if (flush) writer.Flush();
        var end = message.MarkWith(ref writer);
        var length = end.Length - start.Length - ProtocolConstants.FrameHeader;
        if (length > ProtocolConstants.MaxFrame)
        {
            message.Rewind(start);
            writer = new MessagePackWriter(message);
            throw new BrokenValueException($"{length} bytes are more than fit one frame ({ProtocolConstants.MaxFrame}).");
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

        // In five bytes, so that the length can be set later.
        writer.WriteUInt32(0);
        writer.WriteArrayHeader(fields);
        writer.Write((int)kind);
        writer.Flush();
        return message.ToArray();
    }

    /// <summary>A frame that holds nothing but its kind and integers.</summary>
    public static void WriteFrame(this FrameBuffer message, FrameKind kind, params ReadOnlySpan<long> numbers)
    {
        var writer = new MessagePackWriter(message);
        var start = message.BeginFrame(ref writer, kind, 1 + numbers.Length);
        foreach (var number in numbers) writer.Write(number);
        message.EndFrame(ref writer, start);
    }
}
