using System.Diagnostics;

namespace ProcessPool.Launch.Tests;

/// <summary>How a child process ended, and what it printed.</summary>
internal sealed record ChildResult(int ExitCode, string Output, string Error);

/// <summary>Child processes with a time limit, which leave nobody behind.</summary>
internal static class Child
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    /// <summary>Runs a program to its end; its workers have to end too.</summary>
    public static ChildResult Run(
        string program, IEnumerable<string> arguments, string? directory = null, Dictionary<string, string>? environment = null)
    {
        var family = new ProcessFamily();
        Dictionary<string, string> variables = new(environment ?? []) { [ProcessFamily.Variable] = family.Name };
        try
        {
            var result = RunAlone(program, arguments, directory, variables, TimeLimit);
            Assert.That(family.MembersAfter(TimeSpan.FromSeconds(10)), Is.Empty, "Processes are left behind.");
            return result;
        }
        finally
        {
            family.Kill();
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static ChildResult RunAlone(
        string program, IEnumerable<string> arguments, string? directory, Dictionary<string, string> environment, TimeSpan timeLimit)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };

        // The test host's own, which no shell of a user's has.
        start.Environment.Remove("DOTNET_HOST_PATH");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!Task.WaitAll([output, error, process.WaitForExitAsync()], timeLimit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', start.ArgumentList)} did not end within {timeLimit}.");
        }

        return new ChildResult(process.ExitCode, output.Result, error.Result);
    }
}
