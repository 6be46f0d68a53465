using System.Diagnostics;

namespace ProcessPool.Coordinator.Tests;

/// <summary>How a child process ended, and what it printed.</summary>
internal sealed record ChildResult(int ExitCode, string Output, string Error);

/// <summary>Child processes with a time limit.</summary>
internal static class Child
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(120);

    /// <summary>Runs a program to its end.</summary>
    public static ChildResult Run(
        string program,
        IEnumerable<string> arguments,
        string? directory = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        using Process process = Start(program, arguments, directory, environment);
        return Finish(process);
    }

    /// <summary>Starts a program; what it prints must be read.</summary>
    public static Process Start(
        string program,
        IEnumerable<string> arguments,
        string? directory = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Waits for the end of a program and of what it prints.</summary>
    public static ChildResult Finish(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!Task.WaitAll([output, error, process.WaitForExitAsync()], TimeLimit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"Process {process.Id} did not end within {TimeLimit}.");
        }

        return new ChildResult(process.ExitCode, output.Result, error.Result);
    }
}
