using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcessPool.MessagePack;

// Bytes by the block: straight from where they come to where they belong.
internal sealed partial class MessagePackReader
{
    /// <summary>
    /// What a block may take before any of it has come: header and frame can claim 2 GiB in ten bytes. Whoever has really
    /// sent so much is believed; copying it once more does not show beside the rest of so large a block.
    /// </summary>
    private const int FirstBytes = 16 * 1024 * 1024;

    /// <summary>Exactly so many bytes, straight to their destination.</summary>
    public void ReadRaw(Span<byte> destination)
    {
        CheckLength(destination.Length);
        var buffered = Math.Min(destination.Length, _end - _position);
        _buffer.AsSpan(_position, buffered).CopyTo(destination);
        _position += buffered;
        ReadFromSource(destination[buffered..]);
    }

    /// <summary>So many elements as they lie in memory, in an array of their own, also if there are none.</summary>
    /// <exception cref="MessagePackException">The bytes of some are none of the type.</exception>
    public T[] ReadBlock<T>(int count)
        where T : unmanaged
    {
        var first = ReadFirst<T>(count);
        var elements = GC.AllocateUninitializedArray<T>(count);
        ReadRest(first, elements);
        return elements;
    }

    /// <summary>The first elements of a large block, to be read before there is a place for all; none of a small one.</summary>
    public T[] ReadFirst<T>(int count)
        where T : unmanaged
    {
        var bytes = CheckLength((long)count * Unsafe.SizeOf<T>());
        if (bytes <= FirstBytes || bytes <= _end - _position) return [];
        var first = GC.AllocateUninitializedArray<T>(Math.Max(1, FirstBytes / Unsafe.SizeOf<T>()));
        ReadRaw(MemoryMarshal.AsBytes(first.AsSpan()));
        return first;
    }

    /// <summary>Fills the place for all with the first elements, which were read, and the others.</summary>
    /// <exception cref="MessagePackException">One of them is no value of its type.</exception>
    public void ReadRest<T>(ReadOnlySpan<T> first, Span<T> all)
        where T : unmanaged
    {
        first.CopyTo(all);
        ReadRaw(MemoryMarshal.AsBytes(all[first.Length..]));
        ValidBits.Check<T>(all);
    }

    /// <summary>The rest of the frame as it stands.</summary>
    public byte[] ReadToEnd() => ReadBlock<byte>(CheckLength(Remaining));
}
