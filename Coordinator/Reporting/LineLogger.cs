using Microsoft.Extensions.Logging;

namespace ProcessPool.Coordinator.Reporting;

/// <summary>Writes log messages to standard error in the style of a command: its name, a colon, and the message.</summary>
internal sealed class LineLogger(ErrorConsole console) : ILogger, ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Colour colour = logLevel switch
        {
            >= LogLevel.Error => Colour.Red,
            LogLevel.Warning => Colour.Yellow,
            <= LogLevel.Debug => Colour.Grey,
            _ => Colour.None,
        };
        console.WriteLine($"processpool: {OneLine.Of(formatter(state, exception))}", colour);
        if (exception is not null)
            console.WriteLine(exception.ToString(), Colour.Grey);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
