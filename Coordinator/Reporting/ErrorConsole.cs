using Spectre.Console;

namespace ProcessPool.Coordinator.Reporting;

/// <summary>Standard error: tells whether it is a terminal, and writes lines that do not mix with a bar.</summary>
internal sealed class ErrorConsole
{
    private readonly Lazy<IAnsiConsole> _terminal = new(() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }));

    /// <summary>Whether standard error is a terminal that can move its cursor.</summary>
    public bool IsTerminal { get; } = !Console.IsErrorRedirected
        && (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"));

    /// <summary>The terminal, made at its first use because that takes a while.</summary>
    public IAnsiConsole Terminal => _terminal.Value;

    /// <summary>
    /// Writes a line. If standard error is closed, or its disk is full, the run goes on, because its results matter more.
    /// </summary>
    public void WriteLine(string line, Color? color = null)
    {
        try
        {
            // Aligned text fills whole rows, so it overwrites a bar that stood there.
            if (IsTerminal)
                Terminal.Write(new Align(new Text(line + "\n", new Style(color)), HorizontalAlignment.Left));
            else
                Console.Error.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no other place to report this.
        }
    }

    /// <summary>Shows the cursor again if the process exits while a bar is drawn. Bars hide the cursor.</summary>
    public void RestoreCursor()
    {
        if (IsTerminal)
            Console.Error.Write("\e[?25h\n");
    }
}
