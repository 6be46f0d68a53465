using System.ComponentModel;
using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;

namespace ProcessPool.Bench;

/// <summary>Runs programs and measures their time from start to exit. They must exit with code 0.</summary>
internal static class ChildProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly Dictionary<string, string?> Unchanged = [];

    /// <summary>The program <c>dotnet</c>, which starts assemblies.</summary>
    public static string DotnetPath { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    /// <summary>The assembly of this program.</summary>
    public static string Self { get; } = typeof(ChildProgram).Assembly.Location;

    /// <summary>Runs this program once more.</summary>
    public static Task<ProgramRun> RunSelfAsync(params string[] args) => RunAsync(DotnetPath, [Self, .. args]);

    /// <exception cref="ChildProgramException">The program could not be started, failed, or took too long.</exception>
    public static async Task<ProgramRun> RunAsync(
        string file, IReadOnlyList<string> args, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var name = Path.GetFileName(args.ElementAtOrDefault(0) is { } first && File.Exists(first) ? first : file);
        using var late = new CancellationTokenSource(Limit);
        try
        {
            var start = Stopwatch.GetTimestamp();
            var result = await Cli.Wrap(file).WithArguments(args).WithEnvironmentVariables(environment ?? Unchanged)
                .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(late.Token);
            var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (result.ExitCode == 0) return new(milliseconds, result.StandardOutput);
            var reason = LastLineOf(result.StandardError) ?? LastLineOf(result.StandardOutput);
            throw new ChildProgramException($"{name} exited with code {result.ExitCode}: {reason ?? "no error message"}");
        }
        catch (OperationCanceledException)
        {
            throw new ChildProgramException($"{name} did not exit within {Limit.TotalMinutes} minutes");
        }
        catch (Win32Exception e)
        {
            throw new ChildProgramException($"{file} cannot be started: {e.GetBaseException().Message}");
        }
    }

    /// <summary>
    /// What a program prints, one a line: name, tab, version; no version if it is not installed. If the program itself cannot be run,
    /// its name has no version, and each row reports the reason.
    /// </summary>
    public static async Task<IReadOnlyList<KeyValuePair<string, string>>> VersionsAsync(string name, string file, params string[] args)
    {
        try
        {
            var lines = (await RunAsync(file, args)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return [.. lines.Select(line => line.Split('\t')).Select(parts => KeyValuePair.Create(parts[0], parts[1].Trim()))];
        }
        catch (ChildProgramException)
        {
            return [new(name, "")];
        }
    }

    private static string? LastLineOf(string output) =>
        output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
}

/// <summary>A successful run of a program: how long it took, and its standard output.</summary>
internal sealed record ProgramRun(double Milliseconds, string Output);

/// <summary>A program failed or could not be run.</summary>
internal sealed class ChildProgramException(string message) : Exception(message);
