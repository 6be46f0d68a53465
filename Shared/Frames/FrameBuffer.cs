using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MessagePack;
using ProcessPool.Progress;
using ProcessPool.Values;

namespace ProcessPool.Frames;

/// <summary>
/// A message that is being written: what MessagePackWriter writes is gathered in one buffer; large blocks are not copied but
/// remembered by reference, and written from where they lie when the message is sent (<see cref="CopyTo"/>, <see cref="Segments"/>),
/// so they must not change until then.
/// </summary>
/// <remarks>
/// A writer over this buffer keeps bytes to itself until it is flushed. Everything here but <see cref="LengthWith"/>,
/// <see cref="MarkWith"/> and <see cref="Rewind"/> must only be called when no writer holds any.
/// </remarks>
internal sealed class FrameBuffer : IBufferWriter<byte>
{
    /// <summary>Below this many bytes a copy is cheaper than one more segment to write.</summary>
    public const int BlockThreshold = 16 * 1024;

    /// <summary>A buffer that grew larger than this for one message is given back after it.</summary>
    private const int KeepLimit = 1024 * 1024;

    /// <summary>What a writer is given at least; it asks again when it needs more.</summary>
    private const int LeastMemory = 64;

    private readonly List<Block> _blocks = [];
    private byte[] _buffer;
    private int _position;
    private long _blockBytes;
    private ValueContext? _context;
    private bool _takesProgress;
    private List<ProgressTarget>? _progressTargets;

    public FrameBuffer(int capacity = 1024) => _buffer = new byte[capacity];

    /// <summary>How many values lie around the place that is being written.</summary>
    public int Depth { get; set; }

    /// <summary>
    /// Whether something was computed as it was written, as the elements of an iterator are: to write it again would compute it
    /// again, or fail. Stays set until it is taken back.
    /// </summary>
    public bool HasComputed { get; set; }

    /// <summary>
    /// Whether blocks are copied through the writer, whatever their size: while a formatter of the user's runs, which may write to
    /// a buffer of its own.
    /// </summary>
    public bool CopiesBlocks { get; set; }

    /// <summary>
    /// Whether there may be objects among the values that take reports of progress; begins anew when it is set. Whoever sets it takes
    /// them over (<see cref="TakeProgressTargets"/>), and listens to what is reported.
    /// </summary>
    public bool TakesProgress
    {
        get => _takesProgress;
        set
        {
            _takesProgress = value;
            _progressTargets = null;
        }
    }

    /// <summary>Whether there were some.</summary>
    public bool HasProgressTargets => _progressTargets is not null;

    /// <summary>The bytes written so far, blocks included.</summary>
    public long Length => _position + _blockBytes;

    /// <summary>Whether the buffer is given back when the message is cleared.</summary>
    public bool IsLarge => _buffer.Length > KeepLimit;

    /// <summary>Whether all of it lies in <see cref="Written"/>.</summary>
    public bool IsContiguous => _blocks.Count == 0;

    /// <summary>What was gathered; the whole message only if <see cref="IsContiguous"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _position);

    /// <summary>What was gathered between two places; a writer may still hold it.</summary>
    public ReadOnlySpan<byte> Between(int start, int end) => _buffer.AsSpan(start, end - start);

    /// <summary>The message in its pieces, in order.</summary>
    public SegmentEnumerator Segments => new(this);

    /// <summary>What formatters are given that write values to this message.</summary>
    public ValueContext ContextOf(ValueResolver resolver) =>
        ReferenceEquals(_context?.Resolver, resolver) ? _context : _context = new ValueContext(resolver, this);

    /// <summary>The length with what the writer still holds, which is not flushed for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long LengthWith(ref MessagePackWriter writer) => PositionWith(ref writer) + _blockBytes;

    /// <summary>The place reached, with what the writer still holds.</summary>
    public Mark MarkWith(ref MessagePackWriter writer) => new(PositionWith(ref writer), _blocks.Count, _blockBytes, Depth);

    /// <summary>The place reached, to which <see cref="Rewind"/> returns when what follows cannot be written.</summary>
    public Mark GetMark() => new(_position, _blocks.Count, _blockBytes, Depth);

    /// <summary>Forgets what was written since; a writer that is in use must be replaced by a new one.</summary>
    public void Rewind(Mark mark)
    {
        _position = mark.Position;
        _blocks.RemoveRange(mark.Blocks, _blocks.Count - mark.Blocks);
        _blockBytes = mark.BlockBytes;
        Depth = mark.Depth;
    }

    public void Clear()
    {
        Rewind(default);
        TakesProgress = false;
        CopiesBlocks = false;
        if (IsLarge) _buffer = new byte[1024];
    }

    /// <summary>Sets a uint 32 of five bytes that was written before.</summary>
    public void PatchUInt32(int position, uint value) => BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(position + 1), value);

    /// <summary>A range of an array of an unmanaged type becomes part of the message, by reference.</summary>
    public void AddBlock(Array array, long byteOffset, int byteCount)
    {
        _blocks.Add(new Block(array, byteOffset, byteCount, _position));
        _blockBytes += byteCount;
    }

    /// <summary>Notes an object that takes reports; its number is what is written.</summary>
    public long AddProgressTarget(ProgressTarget target)
    {
        (_progressTargets ??= []).Add(target);
        return target.Id;
    }

    /// <summary>The objects that take reports and were written since <see cref="TakesProgress"/> was set; null if there were none.</summary>
    public ProgressTarget[]? TakeProgressTargets()
    {
        var targets = _progressTargets?.ToArray();
        TakesProgress = false;
        return targets;
    }

    /// <summary>Bytes that are MessagePack already.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_position));
        _position += bytes.Length;
    }

    /// <summary>What another message holds, for a writer that goes on behind it.</summary>
    public void Append(ref MessagePackWriter writer, FrameBuffer other)
    {
        writer.Flush();
        Append(other);

        // Not the same one: if it had nothing to flush, it would go on where it was.
        writer = new MessagePackWriter(this);
    }

    /// <summary>What another message holds, all of it or from a place on; its blocks by reference.</summary>
    public void Append(FrameBuffer other, Mark from = default)
    {
        var copied = from.Position;
        foreach (var block in CollectionsMarshal.AsSpan(other._blocks)[from.Blocks..])
        {
            Append(other._buffer.AsSpan(copied, block.Position - copied));
            copied = block.Position;
            AddBlock(block.Array, block.ByteOffset, block.ByteCount);
        }

        Append(other._buffer.AsSpan(copied, other._position - copied));
    }

    public void CopyTo(Span<byte> destination)
    {
        foreach (var segment in Segments)
        {
            segment.CopyTo(destination);
            destination = destination[segment.Length..];
        }
    }

    /// <summary>A range of an array of an unmanaged type as bytes.</summary>
    public static ReadOnlySpan<byte> BytesOf(Array array, long byteOffset, int byteCount) => MemoryMarshal.CreateReadOnlySpan(
        ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(array), (nint)byteOffset), byteCount);

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    void IBufferWriter<byte>.Advance(int count) => _position += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        Reserve(Math.Max(sizeHint, LeastMemory));
        return _buffer.AsMemory(_position);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        Reserve(Math.Max(sizeHint, LeastMemory));
        return _buffer.AsSpan(_position);
    }

    /// <summary>A writer is always given the rest of the buffer: what is left of that tells how far it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PositionWith(ref MessagePackWriter writer)
    {
        // First, as it may take another buffer.
        var rest = writer.GetSpan(1).Length;
        return _buffer.Length - rest;
    }

    private void Reserve(int size)
    {
        if (_buffer.Length - _position < size) Grow(size);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(long size)
    {
        var needed = _position + size;
        if (needed > Array.MaxLength) throw Refused.MessageTooLong(needed);
        Array.Resize(ref _buffer, (int)Math.Min(Math.Max(needed, 2L * _buffer.Length), Array.MaxLength));
    }

    /// <summary>A place in the message.</summary>
    internal readonly record struct Mark(int Position, int Blocks, long BlockBytes, int Depth)
    {
        /// <summary>The bytes before it, blocks included.</summary>
        public long Length => Position + BlockBytes;
    }

    /// <summary>Bytes of an array that belong into the message at <paramref name="Position"/> of the buffer.</summary>
    private readonly record struct Block(Array Array, long ByteOffset, int ByteCount, int Position)
    {
        public ReadOnlySpan<byte> Span => BytesOf(Array, ByteOffset, ByteCount);
    }

    /// <summary>Goes through the pieces of a message: buffer, block, buffer, block, …</summary>
    internal ref struct SegmentEnumerator(FrameBuffer message)
    {
        private int _block;
        private int _start;
        private bool _atBlock;

        public ReadOnlySpan<byte> Current { get; private set; }

        public readonly SegmentEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_atBlock)
            {
                _atBlock = false;
                Current = message._blocks[_block++].Span;
                return true;
            }

            if (_block < message._blocks.Count)
            {
                var end = message._blocks[_block].Position;
                _atBlock = true;
                Current = message._buffer.AsSpan(_start, end - _start);
                _start = end;
                return true;
            }

            if (_start >= message._position) return false;
            Current = message._buffer.AsSpan(_start, message._position - _start);
            _start = message._position;
            return true;
        }
    }
}
