using MessagePack;

namespace ProcessPool.Values;

/// <summary>The reading of what a <see cref="WriteScope"/> wrote.</summary>
internal readonly struct ReadScope : IDisposable
{
    private readonly ReadObjects? _outer;

    public ReadScope(ref MessagePackReader reader) => _outer = ReadObjects.Enter(ReferenceCode.ReadFollowedStart(ref reader));

    /// <inheritdoc cref="ReadObjects.Complete"/>
    public void Complete(ref MessagePackReader reader, MessagePackSerializerOptions options) => ReadObjects.Complete(ref reader, options);

    public void Dispose() => ReadObjects.Leave(_outer);
}
