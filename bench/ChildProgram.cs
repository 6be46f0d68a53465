using System.ComponentModel;
using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>A program that is started, timed until it has ended, and must end well.</summary>
internal static class ChildProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>This program again, or another of this repository.</summary>
    public static Task<ProgramRun> RunDotnetAsync(string assembly, params string[] args) =>
        RunAsync(DotnetPath, [assembly, .. args]);

    /// <exception cref="ChildProgramException">It could not be started, failed, or took too long.</exception>
    public static async Task<ProgramRun> RunAsync(string file, IEnumerable<string> args)
    {
        var info = new ProcessStartInfo(file, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var clock = Stopwatch.StartNew();
        using var process = Start(info);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var late = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new ChildProgramException($"{NameOf(info)} did not end within {Limit.TotalMinutes} minutes");
        }

        var milliseconds = clock.Elapsed.TotalMilliseconds;
        if (process.ExitCode == 0) return new(milliseconds, await output);
        var reason = (await errors).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
        throw new ChildProgramException($"{NameOf(info)} ended with exit code {process.ExitCode}: {reason ?? "it said nothing"}");
    }

    /// <summary>How to start a program of this repository.</summary>
    public static string DotnetPath { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    private static Process Start(ProcessStartInfo info)
    {
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception e)
        {
            throw new ChildProgramException($"{info.FileName} cannot be started: {e.Message}");
        }
    }

    private static string NameOf(ProcessStartInfo info) => Path.GetFileName(info.ArgumentList[0]);
}

/// <summary>A program that ended well: how long it took, and what it printed.</summary>
internal sealed record ProgramRun(double Milliseconds, string Output);

/// <summary>One that did not.</summary>
internal sealed class ChildProgramException(string message) : Exception(message);
