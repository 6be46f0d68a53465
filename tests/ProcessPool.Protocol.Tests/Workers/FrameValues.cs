using System.Buffers;

namespace ProcessPool.Protocol.Tests;

/// <summary>The values of a frame, for a test to read one by one.</summary>
internal sealed class FrameValues
{
    private readonly byte[] _bytes;
    private int _position;

    private FrameValues(byte[] bytes) => _bytes = bytes;

    private delegate T Reading<T>(ref MessagePackReader reader);

    /// <summary>Waits for the next frame, and takes it whole.</summary>
    /// <returns>Its kind; none if there is no more.</returns>
    public static FrameKind ReadFrom(FrameReader frames, out FrameValues values)
    {
        values = new FrameValues([]);
        if (!frames.TryBegin()) return FrameKind.None;
        var reader = frames.Values;
        frames.Fill(ref reader);
        var kind = FrameReader.ReadKind(ref reader);
        values = new FrameValues(reader.Sequence.Slice(reader.Position).ToArray());
        frames.EndFrame();
        return kind;
    }

    public byte[] Rest => _bytes[_position..];

    public int ReadInt32() => Read((ref r) => r.ReadInt32());

    public long ReadInt64() => Read((ref r) => r.ReadInt64());

    public int ReadArrayHeader() => Read((ref r) => r.ReadArrayHeader());

    public string? ReadText() => Read((ref r) => r.ReadText());

    public void Skip() => Read((ref r) =>
    {
        r.SkipValue();
        return true;
    });

    private T Read<T>(Reading<T> read)
    {
        var reader = new MessagePackReader(_bytes.AsMemory(_position));
        var value = read(ref reader);
        _position += (int)reader.Consumed;
        return value;
    }
}
