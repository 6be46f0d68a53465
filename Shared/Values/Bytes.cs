using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MessagePack;
using ProcessPool.Frames;

namespace ProcessPool.Values;

/// <summary>Numbers within bounds, bytes by the block, and whole values that nobody looks at.</summary>
internal static class Bytes
{
    /// <summary>Any integer form, within bounds.</summary>
    /// <exception cref="BrokenValueException">It is beyond them.</exception>
    public static long ReadNumber(this ref MessagePackReader reader, long least, long most, string what)
    {
        var value = reader.ReadInt64();
        return value >= least && value <= most ? value : throw new BrokenValueException($"The number {value} does not fit {what}.");
    }

    /// <summary>Passes over one value, whatever it is, without recursion. The library's own method takes a count beyond 2^31 for a negative one.</summary>
    public static void SkipValue(this ref MessagePackReader reader)
    {
        for (long values = 1; values > 0; values--)
        {
            switch (reader.NextMessagePackType)
            {
                case MessagePackType.Array:
                    values += reader.ReadArrayHeader();
                    break;
                case MessagePackType.Map:
                    values += 2L * reader.ReadMapHeader();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    /// <summary>Bytes that are MessagePack already, or what stands behind a header: one request for all the room, not many.</summary>
    public static void WriteWhole(this scoped ref MessagePackWriter writer, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }

    /// <summary>Elements of an array of an unmanaged type as bin; a large range is referred to, not copied.</summary>
    public static void WriteBlock(this ref MessagePackWriter writer, Array array, long byteOffset, int byteCount, MessagePackSerializerOptions options)
    {
        var message = ValueContext.Of(options).Message;
        writer.WriteBinHeader(byteCount);
        if (byteCount < FrameBuffer.BlockThreshold || message.CopiesBlocks)
        {
            writer.WriteWhole(FrameBuffer.BytesOf(array, byteOffset, byteCount));
            return;
        }

        // What follows the header in the message must be behind it there, too.
        writer.Flush();
        message.AddBlock(array, byteOffset, byteCount);
    }

    /// <summary>Bytes as bin; they lie in a buffer that is used again.</summary>
    public static ReadOnlySequence<byte> ReadBlock(this ref MessagePackReader reader)
    {
        // The library takes strings, too.
        if (reader.NextMessagePackType != MessagePackType.Binary)
            throw new BrokenValueException($"Expected binary data, found the MessagePack code 0x{reader.NextCode:X2} ({MessagePackCode.ToFormatName(reader.NextCode)}).");
        return reader.ReadBytes()!.Value;
    }

    /// <summary>Bytes as bin, as elements in an array of their own, also if there are none.</summary>
    /// <exception cref="BrokenValueException">They are none of the type.</exception>
    public static T[] ReadBlock<T>(this ref MessagePackReader reader)
        where T : unmanaged
    {
        var bytes = reader.ReadBlock();
        var (count, rest) = Math.DivRem((int)bytes.Length, Unsafe.SizeOf<T>());
        if (rest != 0) throw new BrokenValueException($"{bytes.Length} bytes are no whole number of {typeof(T)}.");
        var elements = BlockMemory<T>.TryTake(bytes);
        if (elements is null)
        {
            elements = GC.AllocateUninitializedArray<T>(count);
            bytes.CopyTo(MemoryMarshal.AsBytes(elements.AsSpan()));
        }

        ValidBits.Check<T>(elements);
        return elements;
    }
}
