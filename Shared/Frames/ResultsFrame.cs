using System.Buffers;
using System.Buffers.Binary;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Frames;

/// <summary>
/// The start of a <see cref="FrameKind.Results"/> frame, up to its first value. Each of its fields has a fixed length, so that values
/// can be appended to the frame before their number is known.
/// </summary>
internal static class ResultsFrame
{
    /// <summary>The length of the start in bytes.</summary>
    public const int StartLength = CountOffset + 1 + sizeof(uint);

    private const int FieldsOffset = ProtocolConstants.FrameHeader;
    private const int SequenceOffset = FieldsOffset + 2;
    private const int CountOffset = SequenceOffset + 1 + sizeof(long);

    /// <summary>Writes the start of a frame.</summary>
    /// <param name="start">Receives <see cref="StartLength"/> bytes.</param>
    /// <param name="first">The sequence number of the first item.</param>
    /// <param name="count">The number of values.</param>
    /// <param name="length">The length of all values in bytes.</param>
    public static void WriteStart(Span<byte> start, long first, int count, int length)
    {
        start[0] = MessagePackCode.UInt32;
        BinaryPrimitives.WriteInt32BigEndian(start[1..], StartLength - ProtocolConstants.FrameHeader + length);
        start[FieldsOffset] = MessagePackCode.MinFixArray + 3;
        start[FieldsOffset + 1] = (byte)FrameKind.Results;
        start[SequenceOffset] = MessagePackCode.Int64;
        BinaryPrimitives.WriteInt64BigEndian(start[(SequenceOffset + 1)..], first);
        start[CountOffset] = MessagePackCode.Array32;
        BinaryPrimitives.WriteInt32BigEndian(start[(CountOffset + 1)..], count);
    }

    /// <summary>Completes a frame whose sender died before it did so. All of the frame's values are complete.</summary>
    /// <exception cref="EndOfStreamException">The last value is not complete.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are no values.</exception>
    public static void Complete(byte[] bytes, int position)
    {
        var values = bytes.AsMemory(position + StartLength);
        var count = 0;
        for (var reader = new MessagePackReader(new ReadOnlySequence<byte>(values)); !reader.End; count++) reader.SkipValue();
        var first = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(position + SequenceOffset + 1));
        WriteStart(bytes.AsSpan(position), first, count, values.Length);
    }
}
