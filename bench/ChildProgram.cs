using System.ComponentModel;
using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;

namespace ProcessPool.Bench;

/// <summary>Runs programs and measures their time from start to exit. They must exit with code 0.</summary>
internal static class ChildProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The program <c>dotnet</c>, which starts assemblies.</summary>
    public static string DotnetPath { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    /// <summary>Runs an assembly, which may be this program itself.</summary>
    public static Task<ProgramRun> RunDotnetAsync(string assembly, params string[] args) =>
        RunAsync(DotnetPath, [assembly, .. args]);

    /// <exception cref="ChildProgramException">The program could not be started, failed, or took too long.</exception>
    public static async Task<ProgramRun> RunAsync(string file, IReadOnlyList<string> args)
    {
        var name = Path.GetFileName(args[0]);
        using var late = new CancellationTokenSource(Limit);
        try
        {
            var start = Stopwatch.GetTimestamp();
            var result = await Cli.Wrap(file).WithArguments(args).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(late.Token);
            var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (result.ExitCode == 0) return new(milliseconds, result.StandardOutput);
            var reason = result.StandardError.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
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
}

/// <summary>A successful run of a program: how long it took, and its standard output.</summary>
internal sealed record ProgramRun(double Milliseconds, string Output);

/// <summary>A program failed or could not be run.</summary>
internal sealed class ChildProgramException(string message) : Exception(message);
