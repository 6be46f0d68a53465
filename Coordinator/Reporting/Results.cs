namespace ProcessPool.Coordinator.Reporting;

/// <summary>Standard output, which is for results and nothing else.</summary>
internal static class Results
{
    /// <summary>
    /// Prints lines. A reader that has closed the pipe is not a failure, and .NET's console ignores it. A full disk is a failure.
    /// </summary>
    /// <exception cref="IOException">The lines could not be written.</exception>
    public static void Print(IEnumerable<string> lines)
    {
        try
        {
            Console.Out.Write(string.Concat(lines.Select(line => line + Environment.NewLine)));
            Console.Out.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the results cannot be written to standard output: {e.Message}", e);
        }
    }
}
