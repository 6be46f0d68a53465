using System.Buffers;
using System.Runtime.InteropServices;

namespace ProcessPool.Memory;

/// <summary>
/// A part of shared memory, read without a copy. It stays mapped until this object is disposed, even if the memory is closed.
/// </summary>
internal sealed unsafe class SharedMemoryBytes : IDisposable
{
    /// <summary>In bytes. Longer parts do not fit a span and are read in pieces.</summary>
    private const int LongestPiece = 1 << 30;

    private readonly SafeHandle _view;

    public SharedMemoryBytes(SafeHandle view, byte* start, long length)
    {
        _view = view;
        var first = new Piece(start, (int)Math.Min(length, LongestPiece));
        var last = first;
        for (var at = (long)LongestPiece; at < length; at += LongestPiece) last = last.Append(start + at, (int)Math.Min(length - at, LongestPiece));
        Sequence = new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    public ReadOnlySequence<byte> Sequence { get; }

    public void Dispose() => _view.DangerousRelease();

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte* start, int length) => Memory = new Range(start, length).Memory;

        public Piece Append(byte* start, int length)
        {
            var next = new Piece(start, length) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }

    private sealed class Range(byte* start, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new(start, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

        public override void Unpin()
        {
            // Mapped memory does not move.
        }

        protected override void Dispose(bool disposing)
        {
            // The pieces live as long as the whole part.
        }
    }
}
