using System.Buffers;
using System.Runtime.InteropServices;

namespace ProcessPool.Values;

/// <summary>The elements of an array as bytes: a large block is read straight to them, and a formatter that finds it among its bytes takes the array.</summary>
internal sealed class BlockMemory<T>(T[] elements) : MemoryManager<byte>
    where T : unmanaged
{
    /// <summary>The array that such bytes are all of; null if they are others.</summary>
    public static T[]? TryTake(in ReadOnlySequence<byte> bytes) =>
        bytes.IsSingleSegment && MemoryMarshal.TryGetMemoryManager(bytes.First, out BlockMemory<T>? block, out _, out var length) && length == block.Memory.Length
            ? block.Elements
            : null;

    private T[] Elements => elements;

    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(elements.AsSpan());

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("Nobody pins what is read.");

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
