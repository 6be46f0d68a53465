using System.Buffers.Binary;

namespace ProcessPool.MessagePack;

internal static partial class MessagePackPrimitives
{
    /// <summary>Any integer form, as the widest signed one; uint 64 beyond its range is an overflow.</summary>
    public static DecodeResult TryReadInt64(ReadOnlySpan<byte> source, out long value, out int size)
    {
        var result = TryReadInteger(source, out var bits, out var negative, out size);
        value = (long)bits;
        return result == DecodeResult.Success && !negative && bits > long.MaxValue ? DecodeResult.Overflow : result;
    }

    /// <summary>Any integer form, as the widest unsigned one; a negative number is an overflow.</summary>
    public static DecodeResult TryReadUInt64(ReadOnlySpan<byte> source, out ulong value, out int size)
    {
        var result = TryReadInteger(source, out value, out var negative, out size);
        return result == DecodeResult.Success && negative ? DecodeResult.Overflow : result;
    }

    /// <summary>float 32 or float 64; integers are refused, so that no type changes silently.</summary>
    public static DecodeResult TryReadDouble(ReadOnlySpan<byte> source, out double value, out int size)
    {
        value = 0;
        size = 1;
        if (source.IsEmpty) return DecodeResult.NeedMore;
        switch (source[0])
        {
            case MessagePackCode.Float32:
                size = 5;
                if (source.Length < size) return DecodeResult.NeedMore;
                value = BinaryPrimitives.ReadSingleBigEndian(source[1..]);
                return DecodeResult.Success;
            case MessagePackCode.Float64:
                size = 9;
                if (source.Length < size) return DecodeResult.NeedMore;
                value = BinaryPrimitives.ReadDoubleBigEndian(source[1..]);
                return DecodeResult.Success;
            default:
                return DecodeResult.Mismatch;
        }
    }

    public static DecodeResult TryReadArrayHeader(ReadOnlySpan<byte> source, out uint count, out int size) =>
        TryReadLength(source, MessagePackCode.MinFixArray, 0x0F, 0, MessagePackCode.Array16, out count, out size);

    public static DecodeResult TryReadMapHeader(ReadOnlySpan<byte> source, out uint count, out int size) =>
        TryReadLength(source, MessagePackCode.MinFixMap, 0x0F, 0, MessagePackCode.Map16, out count, out size);

    public static DecodeResult TryReadStringHeader(ReadOnlySpan<byte> source, out uint byteCount, out int size) =>
        TryReadLength(source, MessagePackCode.MinFixStr, 0x1F, MessagePackCode.Str8, MessagePackCode.Str16, out byteCount, out size);

    public static DecodeResult TryReadBinHeader(ReadOnlySpan<byte> source, out uint byteCount, out int size) =>
        TryReadLength(source, 0, 0, MessagePackCode.Bin8, MessagePackCode.Bin16, out byteCount, out size);

    public static DecodeResult TryReadExtensionHeader(ReadOnlySpan<byte> source, out sbyte typeCode, out uint byteCount, out int size)
    {
        typeCode = 0;
        byteCount = 0;
        size = 2;
        if (source.IsEmpty) return DecodeResult.NeedMore;
        if (source[0] is >= MessagePackCode.FixExt1 and <= MessagePackCode.FixExt16)
        {
            byteCount = 1u << (source[0] - MessagePackCode.FixExt1);
        }
        else
        {
            var result = TryReadLength(source, 0, 0, MessagePackCode.Ext8, MessagePackCode.Ext16, out byteCount, out size);
            size++;
            if (result != DecodeResult.Success) return result;
        }

        if (source.Length < size) return DecodeResult.NeedMore;
        typeCode = (sbyte)source[size - 1];
        return DecodeResult.Success;
    }

    private static DecodeResult TryReadInteger(ReadOnlySpan<byte> source, out ulong bits, out bool negative, out int size)
    {
        bits = 0;
        negative = false;
        size = 1;
        if (source.IsEmpty) return DecodeResult.NeedMore;
        var code = source[0];
        if (code <= MessagePackCode.MaxFixInt)
        {
            bits = code;
            return DecodeResult.Success;
        }

        if (code >= MessagePackCode.MinNegativeFixInt)
        {
            bits = (ulong)(sbyte)code;
            negative = true;
            return DecodeResult.Success;
        }

        if (code is < MessagePackCode.UInt8 or > MessagePackCode.Int64) return DecodeResult.Mismatch;
        size = 1 + (1 << ((code - MessagePackCode.UInt8) & 3));
        if (source.Length < size) return DecodeResult.NeedMore;
        var number = source[1..];
        bits = code switch
        {
            MessagePackCode.UInt8 => number[0],
            MessagePackCode.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(number),
            MessagePackCode.UInt32 => BinaryPrimitives.ReadUInt32BigEndian(number),
            MessagePackCode.UInt64 => BinaryPrimitives.ReadUInt64BigEndian(number),
            MessagePackCode.Int8 => (ulong)(sbyte)number[0],
            MessagePackCode.Int16 => (ulong)BinaryPrimitives.ReadInt16BigEndian(number),
            MessagePackCode.Int32 => (ulong)BinaryPrimitives.ReadInt32BigEndian(number),
            _ => (ulong)BinaryPrimitives.ReadInt64BigEndian(number),
        };
        negative = code >= MessagePackCode.Int8 && (long)bits < 0;
        return DecodeResult.Success;
    }

    /// <param name="source">The bytes from the header on.</param>
    /// <param name="fix">The first code of the form that holds the length itself; with <paramref name="fixMask"/> 0 there is none.</param>
    /// <param name="fixMask">The bits of that code that hold the length.</param>
    /// <param name="code8">The code of the 8-bit form, or 0 where there is none.</param>
    /// <param name="code16">The code of the 16-bit form; that of the 32-bit form follows it.</param>
    /// <param name="length">The length read.</param>
    /// <param name="size">The size of the header in bytes.</param>
    private static DecodeResult TryReadLength(
        ReadOnlySpan<byte> source, byte fix, byte fixMask, byte code8, byte code16, out uint length, out int size)
    {
        length = 0;
        size = 1;
        if (source.IsEmpty) return DecodeResult.NeedMore;
        var code = source[0];
        if (fixMask != 0 && (code & ~fixMask) == fix)
        {
            length = (uint)(code & fixMask);
            return DecodeResult.Success;
        }

        size = code8 != 0 && code == code8 ? 2 : code == code16 ? 3 : code == code16 + 1 ? 5 : 0;
        if (size == 0) return DecodeResult.Mismatch;
        if (source.Length < size) return DecodeResult.NeedMore;
        length = size switch
        {
            2 => source[1],
            3 => BinaryPrimitives.ReadUInt16BigEndian(source[1..]),
            _ => BinaryPrimitives.ReadUInt32BigEndian(source[1..]),
        };
        return DecodeResult.Success;
    }
}
