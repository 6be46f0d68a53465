using ProcessPool.Values;

namespace ProcessPool.Progress;

/// <summary>The way back of what items report: that of one call, in the process that runs them.</summary>
internal abstract class ProgressChannel
{
    /// <summary>Where those report to that are read on this thread, as part of a function or an argument; null if reports would go nowhere.</summary>
    [field: ThreadStatic]
    public static ProgressChannel? Current { get; set; }

    /// <summary>Sends a report, if an item of the call runs; any thread.</summary>
    /// <param name="id">Of whom it is for.</param>
    /// <param name="formatter">That of the value.</param>
    /// <param name="formatters">Those of the pool.</param>
    /// <param name="value">What is reported.</param>
    /// <exception cref="ValueException">The value cannot be sent.</exception>
    public abstract void Report<T>(long id, ValueFormatter<T> formatter, ValueResolver formatters, T value);
}

/// <summary>What stands in another process for an <see cref="IProgress{T}"/>. Not posted to a thread, as the base class does it: the order would be lost.</summary>
internal sealed class ForwardedProgress<T>(ProgressChannel channel, long id, ValueFormatter<T> formatter, ValueResolver formatters) : Progress<T>
{
    protected override void OnReport(T value) => channel.Report(id, formatter, formatters, value);
}
