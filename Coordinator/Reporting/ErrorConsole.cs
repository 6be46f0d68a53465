using Spectre.Console;

namespace ProcessPool.Coordinator.Reporting;

/// <summary>Standard error: whether a person watches it, and lines that keep clear of a bar drawn at the same time.</summary>
internal sealed class ErrorConsole
{
    private readonly Lazy<IAnsiConsole> _terminal = new(() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }));

    /// <summary>Whether it is a terminal that can move its cursor.</summary>
    public bool IsTerminal { get; } = !Console.IsErrorRedirected
        && (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"));

    /// <summary>The terminal; made when it is needed first, since it takes a while.</summary>
    public IAnsiConsole Terminal => _terminal.Value;

    /// <summary>Writes a line. Where there is no writing (a full disk, or closed), the run goes on: its results count.</summary>
    public void WriteLine(string line, Color? color = null)
    {
        try
        {
            // Aligned, it fills its rows, and covers a bar that stood there.
            if (IsTerminal)
                Terminal.Write(new Align(new Text(line + "\n", new Style(color)), HorizontalAlignment.Left));
            else
                Console.Error.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nowhere is left to tell it.
        }
    }

    /// <summary>Shows the cursor again, which a bar hides, where the process ends in the middle of one.</summary>
    public void RestoreCursor()
    {
        if (IsTerminal)
            Console.Error.Write("\e[?25h\n");
    }
}
