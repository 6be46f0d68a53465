using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace ProcessPool.Coordinator.Images;

/// <summary>Collects the chunks of a PNG file in one buffer, so that a file takes few calls to write it; one, if it is small.</summary>
internal sealed class PngChunks : IDisposable
{
    /// <summary>Length and type before the data, the CRC after it.</summary>
    private const int DataStart = 8, Overhead = 12;

    /// <summary>The size of the buffer for large files.</summary>
    private const int MostCollected = 1 << 20;

    private readonly Stream _file;
    private byte[] _buffer;
    private int _length;

    /// <param name="file">Where the file is written to.</param>
    /// <param name="expectedLength">About how long the file will be.</param>
    public PngChunks(Stream file, long expectedLength)
    {
        _file = file;
        _buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(expectedLength, MostCollected));
        PngStructure.Signature.CopyTo(_buffer);
        _length = PngStructure.Signature.Length;
    }

    /// <summary>Returns room for the data of the next chunk. What is written there counts with <see cref="Add"/>.</summary>
    public Span<byte> Room(int most)
    {
        if (_buffer.Length - _length < most + Overhead)
        {
            Flush();
            if (_buffer.Length < most + Overhead)
                Replace(ArrayPool<byte>.Shared.Rent(most + Overhead));
        }

        return _buffer.AsSpan(_length + DataStart, most);
    }

    /// <summary>Adds the chunk whose data was written to <see cref="Room"/>.</summary>
    public void Add(ReadOnlySpan<byte> type, int dataLength)
    {
        Span<byte> chunk = _buffer.AsSpan(_length, dataLength + Overhead);
        BinaryPrimitives.WriteInt32BigEndian(chunk, dataLength);
        type.CopyTo(chunk[sizeof(uint)..]);
        BinaryPrimitives.WriteUInt32BigEndian(chunk[^sizeof(uint)..], Crc32.HashToUInt32(chunk[sizeof(uint)..^sizeof(uint)]));
        _length += chunk.Length;
    }

    /// <summary>Writes what was collected.</summary>
    public void Flush()
    {
        _file.Write(_buffer, 0, _length);
        _length = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Replace([]);

    private void Replace(byte[] buffer)
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = buffer;
    }
}
