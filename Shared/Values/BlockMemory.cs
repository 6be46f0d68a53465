using System.Buffers;
using System.Runtime.InteropServices;

namespace ProcessPool.Values;

/// <summary>
/// An array's elements as bytes. A large block is read directly into the array, and the formatter that meets these bytes takes
/// the array.
/// </summary>
internal sealed class BlockMemory<T>(T[] elements) : MemoryManager<byte>
    where T : unmanaged
{
    /// <summary>The array, if the bytes are exactly the elements of one; otherwise null.</summary>
    public static T[]? TryTake(in ReadOnlySequence<byte> bytes) =>
        bytes.IsSingleSegment && MemoryMarshal.TryGetMemoryManager(bytes.First, out BlockMemory<T>? block, out _, out var length) && length == block.Memory.Length
            ? block.Elements
            : null;

    private T[] Elements => elements;

    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(elements.AsSpan());

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("The memory of a block that is read cannot be pinned.");

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
