using System.IO.Compression;

namespace ProcessPool.Coordinator.Images;

/// <summary>Takes the rows of an image, their filters taken off, from the image data.</summary>
internal sealed class PngRows : IDisposable
{
    private readonly ZLibStream _inflated;
    private readonly PngHeader _header;
    private byte[] _row;
    private byte[] _above;

    /// <param name="header">The image's.</param>
    /// <param name="data">What its IDAT chunks hold.</param>
    public PngRows(PngHeader header, Stream data)
    {
        _header = header;
        _inflated = new ZLibStream(data, CompressionMode.Decompress);
        _row = new byte[header.BytesInRow(header.Width)];
        _above = new byte[_row.Length];
    }

    /// <summary>Before the first row of a pass, whose predecessor counts as zeros.</summary>
    public void BeginPass() => Array.Clear(_row);

    /// <summary>The next row, of so many pixels.</summary>
    /// <exception cref="InvalidDataException">The data ends, or is damaged.</exception>
    public ReadOnlySpan<byte> Read(int pixels)
    {
        (_row, _above) = (_above, _row);
        Span<byte> row = _row.AsSpan(0, (int)_header.BytesInRow(pixels));
        int filter = _inflated.ReadByte();
        if (filter < 0 || _inflated.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
            throw new InvalidDataException("the image data ends");
        PngFilters.Decode((PngFilter)filter, row, _above, Math.Max(1, _header.BitsPerPixel / 8));
        return row;
    }

    /// <summary>Whether nothing follows; this also makes the stream compare its checksum.</summary>
    public bool IsAtEnd() => _inflated.ReadByte() < 0;

    /// <inheritdoc/>
    public void Dispose() => _inflated.Dispose();
}
