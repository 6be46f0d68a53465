using ProcessPool.Values;

namespace ProcessPool.Progress;

/// <summary>The channel through which the items of one call send reports. It belongs to the process that runs them.</summary>
internal abstract class ProgressChannel
{
    /// <summary>
    /// The channel for the progress objects that are read on this thread as part of a function or an argument; null if they
    /// cannot report.
    /// </summary>
    [field: ThreadStatic]
    public static ProgressChannel? Current { get; set; }

    /// <summary>Sends a report, if an item of the call is running. Thread-safe.</summary>
    /// <param name="id">The id of the object that receives the report.</param>
    /// <param name="formatter">The formatter of the value.</param>
    /// <param name="formatters">The formatters of the pool.</param>
    /// <param name="value">The reported value.</param>
    /// <exception cref="ValueException">The value cannot be sent.</exception>
    public abstract void Report<T>(long id, ValueFormatter<T> formatter, ValueResolver formatters, T value);
}

/// <summary>
/// Represents an <see cref="IProgress{T}"/> of another process. Unlike the base class, it does not post reports to another
/// thread, because their order would be lost.
/// </summary>
internal sealed class ForwardedProgress<T>(ProgressChannel channel, long id, ValueFormatter<T> formatter, ValueResolver formatters) : Progress<T>
{
    protected override void OnReport(T value) => channel.Report(id, formatter, formatters, value);
}
