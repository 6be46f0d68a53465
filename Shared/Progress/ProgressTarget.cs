using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Values;

namespace ProcessPool.Progress;

/// <summary>
/// An <see cref="IProgress{T}"/> that was sent with a call. It stays in its own process. Other processes know its number and
/// report to that.
/// </summary>
internal abstract class ProgressTarget
{
    private static long _lastId;

    /// <summary>Unique in this process, so that a late report, or one for another call, does not reach a wrong object.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    /// <summary>Reads a reported value.</summary>
    /// <returns>An action that passes the value to the object.</returns>
    /// <exception cref="BrokenValueException">The bytes are not a value of the type.</exception>
    public abstract Action Read(ref MessagePackReader reader, ValueContext context, FrameReader frame);
}

/// <inheritdoc/>
internal sealed class ProgressTarget<T>(IProgress<T> progress, ValueFormatter<T> formatter) : ProgressTarget
{
    public override Action Read(ref MessagePackReader reader, ValueContext context, FrameReader frame)
    {
        var value = formatter.Read(ref reader, context, frame);
        return () => progress.Report(value);
    }
}
