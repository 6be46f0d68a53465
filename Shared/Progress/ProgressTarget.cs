using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Values;

namespace ProcessPool.Progress;

/// <summary>An <see cref="IProgress{T}"/> that was sent along with a call: its own process keeps it, others know its number and report to that.</summary>
internal abstract class ProgressTarget
{
    private static long _lastId;

    /// <summary>Unique in this process, so that what is reported late, or to another call, finds nobody.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    /// <summary>Reads what was reported.</summary>
    /// <returns>What gives it to the object.</returns>
    /// <exception cref="BrokenValueException">The bytes are no such value.</exception>
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
