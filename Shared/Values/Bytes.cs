using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MessagePack;
using ProcessPool.Frames;

namespace ProcessPool.Values;

/// <summary>Reads numbers within bounds, reads and writes blocks of bytes, and skips values.</summary>
internal static class Bytes
{
    /// <summary>Reads an integer in any encoding and checks its bounds.</summary>
    /// <exception cref="BrokenValueException">The number is out of bounds.</exception>
    public static long ReadNumber(this ref MessagePackReader reader, long least, long most, string what)
    {
        var value = reader.ReadInt64();
        return value >= least && value <= most ? value : throw new BrokenValueException($"The number {value} does not fit {what}.");
    }

    /// <summary>
    /// Skips one value of any type without recursion. MessagePack-CSharp's own method treats counts above 2^31 as negative.
    /// </summary>
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

    /// <summary>
    /// Writes bytes that are already MessagePack, or that follow a header. Requests the buffer space for all of them at once.
    /// </summary>
    public static void WriteWhole(this scoped ref MessagePackWriter writer, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }

    /// <summary>Writes elements of an array of an unmanaged type as bin. A large range is referenced instead of copied.</summary>
    public static void WriteBlock(this ref MessagePackWriter writer, Array array, long byteOffset, int byteCount, MessagePackSerializerOptions options)
    {
        var message = ValueContext.Of(options).Message;
        writer.WriteBinHeader(byteCount);
        if (byteCount < FrameBuffer.BlockThreshold || message.CopiesBlocks)
        {
            writer.WriteWhole(FrameBuffer.BytesOf(array, byteOffset, byteCount));
            return;
        }

        // The header must be in the message before the block that follows it.
        writer.Flush();
        message.AddBlock(array, byteOffset, byteCount);
    }

    /// <summary>Reads bytes from bin. They are in a buffer that will be reused.</summary>
    public static ReadOnlySequence<byte> ReadBlock(this ref MessagePackReader reader)
    {
        // MessagePack-CSharp's own method accepts strings, too.
        if (reader.NextMessagePackType != MessagePackType.Binary)
            throw new BrokenValueException($"Expected binary data, found the MessagePack code 0x{reader.NextCode:X2} ({MessagePackCode.ToFormatName(reader.NextCode)}).");
        return reader.ReadBytes()!.Value;
    }

    /// <summary>Reads bin as elements in an array of their own, even if there are none.</summary>
    /// <exception cref="BrokenValueException">The bytes are not elements of the type.</exception>
    public static T[] ReadBlock<T>(this ref MessagePackReader reader)
        where T : unmanaged
    {
        var bytes = reader.ReadBlock();
        var (count, rest) = Math.DivRem((int)bytes.Length, Unsafe.SizeOf<T>());
        if (rest != 0) throw new BrokenValueException($"{bytes.Length} bytes are not a whole number of {typeof(T)}.");
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
