using ProcessPool.MessagePack;

namespace ProcessPool.Protocol;

/// <summary>Puts frames around what a writer writes.</summary>
internal static class FrameWriting
{
    /// <summary>Starts a frame of <paramref name="fields"/> elements, the kind included.</summary>
    public static FrameStart BeginFrame(this MessagePackWriter writer, FrameKind kind, int fields)
    {
        var start = new FrameStart(writer.GetMark(), writer.Length);
        writer.WriteFixedUInt32(0);
        writer.WriteArrayHeader(fields);
        writer.Write((int)kind);
        return start;
    }

    /// <summary>Ends the frame: its length is known now.</summary>
    /// <exception cref="MessagePackException">It is longer than a frame may be; the frame is taken out again.</exception>
    public static void EndFrame(this MessagePackWriter writer, FrameStart start)
    {
        var length = writer.Length - start.Length - ProtocolConstants.FrameHeader;
        if (length > ProtocolConstants.MaxFrame)
        {
            writer.Rewind(start.Mark);
            throw new MessagePackException($"{length} bytes are more than fit one frame ({ProtocolConstants.MaxFrame}).");
        }

        writer.PatchUInt32(start.Mark.Position, (uint)length);
    }

    /// <summary>A frame that holds nothing but its kind and integers.</summary>
    public static void WriteFrame(this MessagePackWriter writer, FrameKind kind, params ReadOnlySpan<long> numbers)
    {
        var start = writer.BeginFrame(kind, 1 + numbers.Length);
        foreach (var number in numbers) writer.Write(number);
        writer.EndFrame(start);
    }

    /// <summary>Where a frame starts.</summary>
    internal readonly record struct FrameStart(MessagePackWriter.Mark Mark, long Length);
}
