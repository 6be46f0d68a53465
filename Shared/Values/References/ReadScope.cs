using MessagePack;

namespace ProcessPool.Values;

/// <summary>The reading of what a <see cref="WriteScope"/> wrote.</summary>
internal readonly struct ReadScope : IDisposable
{
    private readonly ReadObjects? _outer;

    public ReadScope(ref MessagePackReader reader)
        : this(ReferenceCode.ReadFollowedStart(ref reader))
    {
    }

    private ReadScope(int following) => _outer = ReadObjects.Enter(following);

    /// <summary>The reading of a value within that of a user's formatter. No objects follow it.</summary>
    public static ReadScope OfInnerValue() => new(following: 0);

    /// <inheritdoc cref="ReadObjects.Complete"/>
    public void Complete(ref MessagePackReader reader, MessagePackSerializerOptions options) => ReadObjects.Complete(ref reader, options);

    public void Dispose() => ReadObjects.Leave(_outer);
}
