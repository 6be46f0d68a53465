using ProcessPool.MessagePack;

namespace ProcessPool.Progress;

/// <summary>An <see cref="IProgress{T}"/> that was sent along with a call: its own process keeps it, others know its number and report to that.</summary>
internal abstract class ProgressTarget
{
    private static long _lastId;

    /// <summary>Unique in this process, so that what is reported late, or to another call, finds nobody.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    /// <summary>Reads what was reported.</summary>
    /// <returns>What gives it to the object.</returns>
    /// <exception cref="MessagePackException">The bytes are no such value.</exception>
    public abstract Action Read(MessagePackReader reader);
}

/// <inheritdoc/>
internal sealed class ProgressTarget<T>(IProgress<T> progress, Formatter<T> formatter) : ProgressTarget
{
    public override Action Read(MessagePackReader reader)
    {
        var value = formatter.Read(reader);
        return () => progress.Report(value);
    }
}
