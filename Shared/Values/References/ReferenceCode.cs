using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>The encoding of references to objects: a MessagePack extension with the number of the object.</summary>
/// <remarks>
/// The objects of a value are numbered in the order in which their encodings begin. A reference to the next number, which no object
/// has yet, stands for an object whose content follows after the value (<see cref="Followed"/>).
/// </remarks>
internal static class ReferenceCode
{
    /// <summary>The extension type of a reference. Its 1, 2 or 4 bytes are the number, big-endian.</summary>
    public const sbyte Reference = 2;

    /// <summary>
    /// The extension type that begins an array of a value and the content of objects that follow it: marker, value, content…
    /// </summary>
    public const sbyte Followed = 3;

    /// <summary>The array 32 that starts such an array, with a count of 0 to be overwritten, and its marker.</summary>
    public static ReadOnlySpan<byte> FollowedStart => [MessagePackCode.Array32, 0, 0, 0, 0, MessagePackCode.FixExt1, (byte)Followed, 0];

    public static void Write(ref MessagePackWriter writer, int number)
    {
        var size = number <= byte.MaxValue ? sizeof(byte) : number <= ushort.MaxValue ? sizeof(ushort) : sizeof(uint);
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)number);
        writer.WriteExtensionFormatHeader(new ExtensionHeader(Reference, (uint)size));
        writer.WriteWhole(bytes[^size..]);
    }

    /// <summary>Whether the next value, which begins with this code, is a reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNext(ref MessagePackReader reader, byte code) =>
        code is >= MessagePackCode.FixExt1 and <= MessagePackCode.FixExt4 && IsNext(ref reader);

    private static bool IsNext(ref MessagePackReader reader)
    {
        var ahead = reader.CreatePeekReader();
        return ahead.ReadExtensionFormatHeader().TypeCode == Reference;
    }

    public static long Read(ref MessagePackReader reader)
    {
        var header = reader.ReadExtensionFormatHeader();
        long number = 0;
        foreach (var part in reader.ReadRaw(header.Length))
        {
            foreach (var one in part.Span) number = (number << 8) | one;
        }

        return number;
    }

    /// <summary>
    /// Reads the start of an array of a value and what follows it, if that comes next.
    /// </summary>
    /// <returns>How many objects follow the value.</returns>
    public static int ReadFollowedStart(ref MessagePackReader reader)
    {
        if (reader.End || reader.NextCode != MessagePackCode.Array32) return 0;
        var ahead = reader.CreatePeekReader();
        var count = ahead.ReadArrayHeader();
        if (count < 3 || ahead.NextMessagePackType != MessagePackType.Extension) return 0;
        var header = ahead.ReadExtensionFormatHeader();
        if (header.TypeCode != Followed || header.Length != 1) return 0;
        ahead.ReadRaw(1);
        reader = ahead;
        return count - 2;
    }
}
