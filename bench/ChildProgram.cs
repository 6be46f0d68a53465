using System.ComponentModel;
using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;

namespace ProcessPool.Bench;

/// <summary>A program that is started, timed until it has ended, and must end well.</summary>
internal static class ChildProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>How to start a program of this repository.</summary>
    public static string DotnetPath { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    /// <summary>This program again, or another of this repository.</summary>
    public static Task<ProgramRun> RunDotnetAsync(string assembly, params string[] args) =>
        RunAsync(DotnetPath, [assembly, .. args]);

    /// <exception cref="ChildProgramException">It could not be started, failed, or took too long.</exception>
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
            throw new ChildProgramException($"{name} ended with exit code {result.ExitCode}: {reason ?? "it said nothing"}");
        }
        catch (OperationCanceledException)
        {
            throw new ChildProgramException($"{name} did not end within {Limit.TotalMinutes} minutes");
        }
        catch (Win32Exception e)
        {
            throw new ChildProgramException($"{file} cannot be started: {e.GetBaseException().Message}");
        }
    }
}

/// <summary>A program that ended well: how long it took, and what it printed.</summary>
internal sealed record ProgramRun(double Milliseconds, string Output);

/// <summary>One that did not.</summary>
internal sealed class ChildProgramException(string message) : Exception(message);
