using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MessagePack;
using ProcessPool.Progress;
using ProcessPool.Values;

namespace ProcessPool.Frames;

/// <summary>
/// A message that is being written. What MessagePackWriter writes is collected in one buffer. Large blocks are not copied but
/// kept by reference until the message is sent (<see cref="CopyTo"/>, <see cref="Segments"/>), so they must not change until
/// then.
/// </summary>
/// <remarks>
/// A writer over this buffer holds bytes back until it is flushed. All members except <see cref="LengthWith"/>,
/// <see cref="MarkWith"/> and <see cref="Rewind"/> may be used only while no writer holds back bytes.
/// </remarks>
internal sealed class FrameBuffer : IBufferWriter<byte>
{
    /// <summary>In bytes. Copying a smaller block is cheaper than writing another segment.</summary>
    public const int BlockThreshold = 16 * 1024;

    /// <summary>In bytes. A buffer that grew larger than this for a message is released after it.</summary>
    private const int KeepLimit = 1024 * 1024;

    /// <summary>The least number of bytes that a writer gets. It asks again when it needs more.</summary>
    private const int LeastMemory = 64;

    private readonly List<Block> _blocks = [];
    private byte[] _buffer;
    private int _position;
    private long _blockBytes;
    private ValueContext? _context;
    private bool _takesProgress;
    private List<ProgressTarget>? _progressTargets;

    public FrameBuffer(int capacity = 1024) => _buffer = new byte[capacity];

    /// <summary>How many values enclose the position that is being written.</summary>
    public int Depth { get; set; }

    /// <summary>The objects of the value that is being written; null if none was met.</summary>
    public WrittenObjects? MetObjects { get; private set; }

    /// <summary>The objects of the value that is being written.</summary>
    public WrittenObjects Objects => MetObjects ??= new WrittenObjects { MayFollow = true };

    /// <summary>
    /// Whether something was computed while it was written, such as the elements of an iterator. Writing it again would compute
    /// it again or fail. Stays set until it is reset.
    /// </summary>
    public bool HasComputed { get; set; }

    /// <summary>
    /// Whether blocks of any size are copied through the writer. True while a user's formatter runs, because it may write to a
    /// buffer of its own.
    /// </summary>
    public bool CopiesBlocks { get; set; }

    /// <summary>
    /// Whether the values may contain objects that receive progress reports. Setting this forgets the objects that were noted
    /// before. The code that sets it must take the objects (<see cref="TakeProgressTargets"/>) and pass reports on to them.
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

    /// <summary>Whether the values contain such objects.</summary>
    public bool HasProgressTargets => _progressTargets is not null;

    /// <summary>The number of bytes written so far, including blocks.</summary>
    public long Length => _position + _blockBytes;

    /// <summary>Whether the buffer is released when the message is cleared.</summary>
    public bool IsLarge => _buffer.Length > KeepLimit;

    /// <summary>Whether the whole message is in <see cref="Written"/>.</summary>
    public bool IsContiguous => _blocks.Count == 0;

    /// <summary>The collected bytes. They are the whole message only if <see cref="IsContiguous"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _position);

    /// <summary>The collected bytes between two positions, including bytes that a writer still holds.</summary>
    public ReadOnlySpan<byte> Between(int start, int end) => _buffer.AsSpan(start, end - start);

    /// <summary>The pieces of the message, in order.</summary>
    public SegmentEnumerator Segments => new(this);

    /// <summary>The context for formatters that write values to this message.</summary>
    public ValueContext ContextOf(ValueResolver resolver) =>
        ReferenceEquals(_context?.Resolver, resolver) ? _context : _context = new ValueContext(resolver, this);

    /// <summary>The length including the bytes that the writer still holds. Does not flush the writer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long LengthWith(ref MessagePackWriter writer) => PositionWith(ref writer) + _blockBytes;

    /// <summary>The current position, including the bytes that the writer still holds.</summary>
    public Mark MarkWith(ref MessagePackWriter writer) => new(PositionWith(ref writer), _blocks.Count, _blockBytes, Depth);

    /// <summary>The current position. <see cref="Rewind"/> returns to it if what follows cannot be written.</summary>
    public Mark GetMark() => new(_position, _blocks.Count, _blockBytes, Depth);

    /// <summary>Discards everything written since. A writer in use must be replaced with a new one.</summary>
    public void Rewind(Mark mark)
    {
        _position = mark.Position;
        _blocks.RemoveRange(mark.Blocks, _blocks.Count - mark.Blocks);
        _blockBytes = mark.BlockBytes;
        Depth = mark.Depth;
        MetObjects?.Clear();
    }

    /// <summary>Starts a value within the value that is being written, which shares no objects with it.</summary>
    /// <returns>The outer value's objects, for <see cref="LeaveValue"/>.</returns>
    public WrittenObjects? EnterValue()
    {
        var outer = MetObjects;

        // Its content cannot follow it: a user's formatter may write it to another buffer.
        MetObjects = new WrittenObjects { MayFollow = false };
        return outer;
    }

    /// <summary>The inner value is written, or has failed.</summary>
    public void LeaveValue(WrittenObjects? outer) => MetObjects = outer;

    public void Clear()
    {
        Rewind(default);
        TakesProgress = false;
        CopiesBlocks = false;
        if (IsLarge) _buffer = new byte[1024];
    }

    /// <summary>Inserts bytes at an earlier position. A writer in use must be replaced with a new one.</summary>
    public void Insert(Mark at, ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        _buffer.AsSpan(at.Position, _position - at.Position).CopyTo(_buffer.AsSpan(at.Position + bytes.Length));
        bytes.CopyTo(_buffer.AsSpan(at.Position));
        _position += bytes.Length;
        foreach (ref var block in CollectionsMarshal.AsSpan(_blocks)[at.Blocks..]) block = block with { Position = block.Position + bytes.Length };
    }

    /// <summary>Overwrites a number that was written in the four bytes after one of a code.</summary>
    public void PatchUInt32(int position, uint value) => BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(position + 1), value);

    /// <summary>Adds a range of an array of an unmanaged type to the message by reference.</summary>
    public void AddBlock(Array array, long byteOffset, int byteCount)
    {
        _blocks.Add(new Block(array, byteOffset, byteCount, _position));
        _blockBytes += byteCount;
    }

    /// <summary>Notes an object that receives reports, and returns the number to write for it.</summary>
    public long AddProgressTarget(ProgressTarget target)
    {
        (_progressTargets ??= []).Add(target);
        return target.Id;
    }

    /// <summary>
    /// Returns the objects that receive reports and were written since <see cref="TakesProgress"/> was set; null if there were
    /// none.
    /// </summary>
    public ProgressTarget[]? TakeProgressTargets()
    {
        var targets = _progressTargets?.ToArray();
        TakesProgress = false;
        return targets;
    }

    /// <summary>Appends bytes that are already MessagePack.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_position));
        _position += bytes.Length;
    }

    /// <summary>Appends another message. The writer continues behind it.</summary>
    public void Append(ref MessagePackWriter writer, FrameBuffer other)
    {
        writer.Flush();
        Append(other);

        // A new writer, because the old one, if it had nothing to flush, would continue at its old position.
        writer = new MessagePackWriter(this);
    }

    /// <summary>Appends another message, or its part from a position on. Blocks are added by reference.</summary>
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

    /// <summary>A writer always gets the rest of the buffer, so the length that is left tells its position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PositionWith(ref MessagePackWriter writer)
    {
        // Must come first, because it may replace the buffer.
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

    /// <summary>A position in the message.</summary>
    internal readonly record struct Mark(int Position, int Blocks, long BlockBytes, int Depth)
    {
        /// <summary>The number of bytes before it, including blocks.</summary>
        public long Length => Position + BlockBytes;
    }

    /// <summary>Bytes of an array that belong in the message at <paramref name="Position"/> of the buffer.</summary>
    private readonly record struct Block(Array Array, long ByteOffset, int ByteCount, int Position)
    {
        public ReadOnlySpan<byte> Span => BytesOf(Array, ByteOffset, ByteCount);
    }

    /// <summary>Enumerates the pieces of a message: buffer, block, buffer, block, …</summary>
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
