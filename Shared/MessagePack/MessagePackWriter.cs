using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using ProcessPool.Progress;

namespace ProcessPool.MessagePack;

/// <summary>
/// Writes MessagePack values one after the other. Small values are gathered in one buffer; large blocks are not copied
/// but remembered by reference, and written from where they lie when the message is sent (<see cref="CopyTo"/>,
/// <see cref="Segments"/>): so they must not change until then.
/// </summary>
/// <remarks>A class and not a ref struct, because compiled accessors and formatters pass it on everywhere, and one
/// writer lives as long as its connection: its buffer is used again.</remarks>
internal sealed class MessagePackWriter
{
    /// <summary>Below this many bytes a copy is cheaper than one more segment to write.</summary>
    public const int BlockThreshold = 16 * 1024;

    /// <summary>A buffer that grew larger than this for one message is given back after it.</summary>
    private const int KeepLimit = 1024 * 1024;

    /// <summary>Text longer than this is counted before it is encoded.</summary>
    private const int CountedText = 16 * 1024;

    private readonly List<Block> _blocks = [];
    private byte[] _buffer;
    private int _position;
    private long _blockBytes;
    private bool _takesProgress;
    private List<ProgressTarget>? _progressTargets;

    public MessagePackWriter(int capacity = 1024) => _buffer = new byte[capacity];

    /// <summary>How many values lie around the place that is being written.</summary>
    public int Depth { get; private set; }

    /// <summary>
    /// Whether something was computed as it was written, as the elements of an iterator are: to write it again would compute it
    /// again, or fail. Stays set until it is taken back.
    /// </summary>
    public bool HasComputed { get; set; }

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

    /// <summary>The bytes written so far, blocks included.</summary>
    public long Length => _position + _blockBytes;

    /// <summary>Whether all of it lies in <see cref="Buffer"/>.</summary>
    public bool IsContiguous => _blocks.Count == 0;

    /// <summary>What was gathered; the whole message only if <see cref="IsContiguous"/>.</summary>
    public ReadOnlySpan<byte> Buffer => _buffer.AsSpan(0, _position);

    public void WriteNil() => WriteCode(MessagePackCode.Nil);

    public void Write(bool value) => WriteCode(value ? MessagePackCode.True : MessagePackCode.False);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int value)
    {
        if ((uint)value <= MessagePackCode.MaxFixInt) WriteCode((byte)value);
        else Write((long)value);
    }

    public void Write(long value) => _position += MessagePackPrimitives.WriteInt64(GetSpan(MessagePackPrimitives.MaxHeader), value);

    public void Write(ulong value) => _position += MessagePackPrimitives.WriteUInt64(GetSpan(MessagePackPrimitives.MaxHeader), value);

    public void Write(float value) => _position += MessagePackPrimitives.WriteSingle(GetSpan(MessagePackPrimitives.MaxHeader), value);

    public void Write(double value) => _position += MessagePackPrimitives.WriteDouble(GetSpan(MessagePackPrimitives.MaxHeader), value);

    /// <summary>A uint 32 of five bytes that <see cref="PatchUInt32"/> can change later; returns its position.</summary>
    public int WriteFixedUInt32(uint value)
    {
        var position = _position;
        _position += MessagePackPrimitives.WriteFixedUInt32(GetSpan(MessagePackPrimitives.MaxHeader), value);
        return position;
    }

    public void PatchUInt32(int position, uint value) => MessagePackPrimitives.WriteFixedUInt32(_buffer.AsSpan(position), value);

    public void WriteArrayHeader(int count) =>
        _position += MessagePackPrimitives.WriteArrayHeader(GetSpan(MessagePackPrimitives.MaxHeader), (uint)count);

    /// <summary>An array header of five bytes whose count <see cref="PatchArrayHeader"/> sets; returns its position.</summary>
    public int ReserveArrayHeader()
    {
        var position = _position;
        _position += MessagePackPrimitives.WriteArrayHeader(GetSpan(MessagePackPrimitives.MaxHeader), uint.MaxValue);
        return position;
    }

    public void PatchArrayHeader(int position, int count) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(position + 1), (uint)count);

    public void WriteMapHeader(int count) =>
        _position += MessagePackPrimitives.WriteMapHeader(GetSpan(MessagePackPrimitives.MaxHeader), (uint)count);

    /// <summary>A string as UTF-8, or as an extension if it has no UTF-8 form (a lone surrogate); null as nil.</summary>
    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNil();
            return;
        }

        // One pass: leave room for the header that the longest UTF-8 form could need, encode, then close the gap.
        // Long text is counted first instead, for three times its length is a lot of room.
        var most = value.Length <= CountedText ? 3 * value.Length : System.Text.Encoding.UTF8.GetByteCount(value);
        var span = GetSpan(most + (long)MessagePackPrimitives.MaxHeader);
        var status = Utf8.FromUtf16(value, span[5..], out _, out var byteCount, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
        {
            var codeUnits = MemoryMarshal.AsBytes(value.AsSpan());
            _position += MessagePackPrimitives.WriteExtensionHeader(span, ExtensionType.Utf16String, (uint)codeUnits.Length);
            WriteRaw(codeUnits);
            return;
        }

        var header = MessagePackPrimitives.WriteStringHeader(stackalloc byte[5], (uint)byteCount);
        if (header != 5) span.Slice(5, byteCount).CopyTo(span[header..]);
        MessagePackPrimitives.WriteStringHeader(span, (uint)byteCount);
        _position += header + byteCount;
    }

    /// <summary>Bytes as bin; a copy is taken.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _position += MessagePackPrimitives.WriteBinHeader(GetSpan(MessagePackPrimitives.MaxHeader), (uint)bytes.Length);
        WriteRaw(bytes);
    }

    /// <summary>Elements of an array of an unmanaged type as bin; a large range is referred to, not copied.</summary>
    public void WriteBlock(Array array, long byteOffset, int byteCount)
    {
        _position += MessagePackPrimitives.WriteBinHeader(GetSpan(MessagePackPrimitives.MaxHeader), (uint)byteCount);
        var block = new Block(array, byteOffset, byteCount, _position);
        if (byteCount < BlockThreshold)
        {
            WriteRaw(block.Span);
            return;
        }

        _blocks.Add(block);
        _blockBytes += byteCount;
    }

    public void WriteExtension(sbyte typeCode, ReadOnlySpan<byte> bytes)
    {
        _position += MessagePackPrimitives.WriteExtensionHeader(GetSpan(MessagePackPrimitives.MaxHeader), typeCode, (uint)bytes.Length);
        WriteRaw(bytes);
    }

    /// <summary>Bytes that are MessagePack already.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _position += bytes.Length;
    }

    /// <summary>One value deeper; each call is undone by <see cref="Leave"/>, or by <see cref="Rewind"/> after an error.</summary>
    public void Enter()
    {
        if (!TryEnter()) throw MessagePackException.TooDeep();
    }

    /// <summary>As <see cref="Enter"/>, for callers that know better what to say when it is too deep.</summary>
    public bool TryEnter()
    {
        if (Depth >= DepthLimit.Maximum || DepthLimit.IsStackShort(Depth)) return false;
        Depth++;
        return true;
    }

    public void Leave() => Depth--;

    /// <summary>The place reached, to which <see cref="Rewind"/> returns when what follows cannot be written.</summary>
    public Mark GetMark() => new(_position, _blocks.Count, _blockBytes, Depth);

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
        if (_buffer.Length > KeepLimit) _buffer = new byte[1024];
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

    /// <summary>The message in its pieces, in order.</summary>
    public SegmentEnumerator Segments => new(this);

    public void CopyTo(Span<byte> destination)
    {
        foreach (var segment in Segments)
        {
            segment.CopyTo(destination);
            destination = destination[segment.Length..];
        }
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Everything another writer holds, its blocks by reference.</summary>
    public void Append(MessagePackWriter other) => Append(other, default);

    /// <summary>What another writer holds from a place on, its blocks by reference.</summary>
    public void Append(MessagePackWriter other, Mark from)
    {
        var copied = from.Position;
        foreach (var block in CollectionsMarshal.AsSpan(other._blocks)[from.Blocks..])
        {
            WriteRaw(other._buffer.AsSpan(copied, block.Position - copied));
            copied = block.Position;
            _blocks.Add(block with { Position = _position });
            _blockBytes += block.ByteCount;
        }

        WriteRaw(other._buffer.AsSpan(copied, other._position - copied));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteCode(byte code)
    {
        if (_position == _buffer.Length) Grow(1);
        _buffer[_position++] = code;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> GetSpan(long size)
    {
        if (_buffer.Length - _position < size) Grow(size);
        return _buffer.AsSpan(_position);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(long size)
    {
        var needed = _position + size;
        if (needed > Array.MaxLength) throw Refused.MessageTooLong(needed);
        Array.Resize(ref _buffer, (int)Math.Min(Math.Max(needed, 2L * _buffer.Length), Array.MaxLength));
    }

    /// <summary>A place in the message.</summary>
    internal readonly record struct Mark(int Position, int Blocks, long BlockBytes, int Depth);

    /// <summary>Bytes of an array that belong into the message at <paramref name="Position"/> of the buffer.</summary>
    internal readonly record struct Block(Array Array, long ByteOffset, int ByteCount, int Position)
    {
        public ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(Array), (nint)ByteOffset), ByteCount);
    }

    /// <summary>Goes through the pieces of a message: buffer, block, buffer, block, …</summary>
    internal ref struct SegmentEnumerator(MessagePackWriter writer)
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
                Current = writer._blocks[_block++].Span;
                return true;
            }

            if (_block < writer._blocks.Count)
            {
                var end = writer._blocks[_block].Position;
                _atBlock = true;
                Current = writer._buffer.AsSpan(_start, end - _start);
                _start = end;
                return true;
            }

            if (_start >= writer._position) return false;
            Current = writer._buffer.AsSpan(_start, writer._position - _start);
            _start = writer._position;
            return true;
        }
    }
}
