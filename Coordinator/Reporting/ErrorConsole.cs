namespace ProcessPool.Coordinator.Reporting;

/// <summary>Writes lines to standard error; in colours, if it is a terminal and they are wanted.</summary>
internal sealed class ErrorConsole
{
    private const string Reset = "\e[0m";

    /// <summary>A console of Windows shows escape sequences only after a program has asked for that.</summary>
    private readonly bool _hasColours = !Console.IsErrorRedirected
        && !OperatingSystem.IsWindows()
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb")
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>
    /// Writes a line. If standard error is closed, or its disk is full, the run goes on, because its results matter more.
    /// </summary>
    public void WriteLine(string line, Colour colour = Colour.None)
    {
        try
        {
            ConsoleProgress.WriteLine(_hasColours && colour != Colour.None ? $"\e[{(int)colour}m{line}{Reset}" : line, Console.Error);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no other place to report this.
        }
    }
}

/// <summary>Colours of lines, by their numbers in escape sequences.</summary>
internal enum Colour
{
    None = 0,
    Red = 91,
    Yellow = 93,
    Grey = 90,
}
