using System.Buffers;

namespace ProcessPool.Frames;

/// <summary>Two pieces of memory as one sequence of bytes.</summary>
internal sealed class Joined : ReadOnlySequenceSegment<byte>
{
    private Joined(ReadOnlyMemory<byte> memory, long start) => (Memory, RunningIndex) = (memory, start);

    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        var start = new Joined(first, 0);
        var end = new Joined(second, first.Length);
        start.Next = end;
        return new ReadOnlySequence<byte>(start, 0, end, second.Length);
    }
}
