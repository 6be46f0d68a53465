using System.Buffers.Binary;

namespace ProcessPool.MessagePack;

/// <summary>How a read of a primitive ended.</summary>
internal enum DecodeResult
{
    Success,

    /// <summary>The bytes end before the value does: call again with more.</summary>
    NeedMore,

    /// <summary>The value is of another type.</summary>
    Mismatch,

    /// <summary>The value is of the right type, but does not fit the range asked for.</summary>
    Overflow,
}

/// <summary>
/// MessagePack over spans, without state (https://github.com/msgpack/msgpack/blob/master/spec.md): the writers return
/// the number of bytes written and need room for the longest form; the readers tell "need more" from "wrong".
/// </summary>
internal static partial class MessagePackPrimitives
{
    /// <summary>Room that the longest number or header needs.</summary>
    public const int MaxHeader = 9;

    public static MessagePackType TypeOf(byte code) => code switch
    {
        <= MessagePackCode.MaxFixInt or >= MessagePackCode.MinNegativeFixInt => MessagePackType.Integer,
        < MessagePackCode.MinFixArray => MessagePackType.Map,
        < MessagePackCode.MinFixStr => MessagePackType.Array,
        < MessagePackCode.Nil => MessagePackType.String,
        MessagePackCode.Nil => MessagePackType.Nil,
        MessagePackCode.NeverUsed => MessagePackType.Unknown,
        MessagePackCode.False or MessagePackCode.True => MessagePackType.Boolean,
        <= MessagePackCode.Bin32 => MessagePackType.Binary,
        <= MessagePackCode.Ext32 => MessagePackType.Extension,
        <= MessagePackCode.Float64 => MessagePackType.Float,
        <= MessagePackCode.Int64 => MessagePackType.Integer,
        <= MessagePackCode.FixExt16 => MessagePackType.Extension,
        <= MessagePackCode.Str32 => MessagePackType.String,
        <= MessagePackCode.Array32 => MessagePackType.Array,
        _ => MessagePackType.Map,
    };

    public static int WriteUInt64(Span<byte> destination, ulong value)
    {
        switch (value)
        {
            case <= MessagePackCode.MaxFixInt:
                destination[0] = (byte)value;
                return 1;
            case <= byte.MaxValue:
                destination[1] = (byte)value;
                destination[0] = MessagePackCode.UInt8;
                return 2;
            case <= ushort.MaxValue:
                BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)value);
                destination[0] = MessagePackCode.UInt16;
                return 3;
            case <= uint.MaxValue:
                return WriteFixedUInt32(destination, (uint)value);
            default:
                BinaryPrimitives.WriteUInt64BigEndian(destination[1..], value);
                destination[0] = MessagePackCode.UInt64;
                return 9;
        }
    }

    /// <summary>The five bytes of a uint 32 whatever its value: the length in front of every frame.</summary>
    public static int WriteFixedUInt32(Span<byte> destination, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], value);
        destination[0] = MessagePackCode.UInt32;
        return 5;
    }

    public static int WriteInt64(Span<byte> destination, long value)
    {
        if (value >= 0) return WriteUInt64(destination, (ulong)value);
        switch (value)
        {
            case >= -32:
                destination[0] = (byte)value;
                return 1;
            case >= sbyte.MinValue:
                destination[1] = (byte)value;
                destination[0] = MessagePackCode.Int8;
                return 2;
            case >= short.MinValue:
                BinaryPrimitives.WriteInt16BigEndian(destination[1..], (short)value);
                destination[0] = MessagePackCode.Int16;
                return 3;
            case >= int.MinValue:
                BinaryPrimitives.WriteInt32BigEndian(destination[1..], (int)value);
                destination[0] = MessagePackCode.Int32;
                return 5;
            default:
                BinaryPrimitives.WriteInt64BigEndian(destination[1..], value);
                destination[0] = MessagePackCode.Int64;
                return 9;
        }
    }

    public static int WriteSingle(Span<byte> destination, float value)
    {
        BinaryPrimitives.WriteSingleBigEndian(destination[1..], value);
        destination[0] = MessagePackCode.Float32;
        return 5;
    }

    public static int WriteDouble(Span<byte> destination, double value)
    {
        BinaryPrimitives.WriteDoubleBigEndian(destination[1..], value);
        destination[0] = MessagePackCode.Float64;
        return 9;
    }

    public static int WriteArrayHeader(Span<byte> destination, uint count) =>
        count <= 15
            ? WriteByte(destination, (byte)(MessagePackCode.MinFixArray | count))
            : WriteLength(destination, count, MessagePackCode.Array16, MessagePackCode.Array32);

    public static int WriteMapHeader(Span<byte> destination, uint count) =>
        count <= 15
            ? WriteByte(destination, (byte)(MessagePackCode.MinFixMap | count))
            : WriteLength(destination, count, MessagePackCode.Map16, MessagePackCode.Map32);

    public static int WriteStringHeader(Span<byte> destination, uint byteCount) =>
        byteCount <= 31
            ? WriteByte(destination, (byte)(MessagePackCode.MinFixStr | byteCount))
            : WriteLength8(destination, byteCount, MessagePackCode.Str8);

    public static int WriteBinHeader(Span<byte> destination, uint byteCount) =>
        WriteLength8(destination, byteCount, MessagePackCode.Bin8);

    public static int WriteExtensionHeader(Span<byte> destination, sbyte typeCode, uint byteCount)
    {
        var written = byteCount switch
        {
            1 => WriteByte(destination, MessagePackCode.FixExt1),
            2 => WriteByte(destination, MessagePackCode.FixExt2),
            4 => WriteByte(destination, MessagePackCode.FixExt4),
            8 => WriteByte(destination, MessagePackCode.FixExt8),
            16 => WriteByte(destination, MessagePackCode.FixExt16),
            _ => WriteLength8(destination, byteCount, MessagePackCode.Ext8),
        };
        destination[written] = (byte)typeCode;
        return written + 1;
    }

    public static int WriteByte(Span<byte> destination, byte value)
    {
        destination[0] = value;
        return 1;
    }

    /// <summary>A length of 8, 16 or 32 bits: the three codes of bin, ext and str follow each other.</summary>
    private static int WriteLength8(Span<byte> destination, uint length, byte code8)
    {
        if (length > byte.MaxValue) return WriteLength(destination, length, (byte)(code8 + 1), (byte)(code8 + 2));
        destination[1] = (byte)length;
        destination[0] = code8;
        return 2;
    }

    private static int WriteLength(Span<byte> destination, uint length, byte code16, byte code32)
    {
        if (length <= ushort.MaxValue)
        {
            BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)length);
            destination[0] = code16;
            return 3;
        }

        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], length);
        destination[0] = code32;
        return 5;
    }
}
