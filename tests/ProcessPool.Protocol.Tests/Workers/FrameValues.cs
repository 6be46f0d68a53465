using System.Buffers;

namespace ProcessPool.Protocol.Tests;

/// <summary>The values of a frame, which a test reads one by one.</summary>
internal sealed class FrameValues
{
    private readonly byte[] _bytes;
    private int _position;

    /// <param name="frames">Whose current frame it is.</param>
    /// <param name="values">Behind the kind.</param>
    public FrameValues(FrameReader frames, MessagePackReader values)
    {
        frames.Fill(ref values);
        _bytes = values.Sequence.Slice(values.Position).ToArray();
    }

    private delegate T Reading<T>(ref MessagePackReader reader);

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
