using System.Diagnostics;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Conformance.Tests.Support;

/// <summary>What a program did that used a pool.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Output">What it printed to its standard output.</param>
/// <param name="Error">What it printed to its standard error.</param>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    private static string Dotnet { get; } =
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
        : Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath!
        : "dotnet";

    /// <summary>Runs ConformanceApp, see its Program.cs for the commands; it is to leave no process.</summary>
    public static Task<ProgramRun> Of(string command) => Within(2 * Eventually.Bound, command);

    /// <inheritdoc cref="Of"/>
    public static async Task<ProgramRun> Within(TimeSpan limit, string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(Dotnet, [Path.Combine(AppContext.BaseDirectory, "ConformanceApp.dll"), command, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var mark = $"{Guid.NewGuid():N}";
        start.Environment["PROCESSPOOL_CONFORMANCE_MARK"] = mark;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{command} did not end.");
        }

        Assert.That(Eventually.True(() => Processes.WithEnvironment(mark).Count == 0), Is.True, "no process is left of it");
        return new(process.ExitCode, await output, await error);
    }
}
