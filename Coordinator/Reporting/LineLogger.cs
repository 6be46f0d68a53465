using Microsoft.Extensions.Logging;
using Spectre.Console;

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
        Color? color = logLevel switch
        {
            >= LogLevel.Error => Color.Red,
            LogLevel.Warning => Color.Yellow,
            <= LogLevel.Debug => Color.Grey,
            _ => null,
        };
        console.WriteLine($"processpool: {OneLine.Of(formatter(state, exception))}", color);
        if (exception is not null)
            console.WriteLine(exception.ToString(), Color.Grey);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
