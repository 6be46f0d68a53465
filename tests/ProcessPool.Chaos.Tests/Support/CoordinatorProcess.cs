using System.Diagnostics;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>ChaosApp: a coordinator in a process of its own, in a process group of its own, with its signals as a shell has them.</summary>
internal sealed class CoordinatorProcess : IDisposable
{
    private const string MarkName = "PROCESSPOOL_CHAOS_MARK";

    private readonly string _mark = $"{MarkName}={Guid.NewGuid():N}";
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    /// <param name="command">What it does; see its Program.cs.</param>
    /// <param name="directory">Where items say that they run.</param>
    /// <param name="more">Further arguments.</param>
    /// <param name="mostFiles">Its limit of open files.</param>
    /// <param name="within">A program, with arguments, that starts it.</param>
    public CoordinatorProcess(
        string command, TemporaryDirectory directory, string[]? more = null, int? mostFiles = null, string[]? within = null)
    {
        string[] limit = mostFiles is null ? [] : ["prlimit", $"--nofile={mostFiles}"];
        string[] program = [.. within ?? [], .. limit, Dotnet, Path.Combine(AppContext.BaseDirectory, "ChaosApp.dll"), command, directory.Path, .. more ?? []];
        var start = new ProcessStartInfo("setsid", ["env", "--default-signal=HUP,INT,TERM", _mark, .. program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        TemporaryFiles = Directory.CreateDirectory(directory.File("tmp")).FullName;
        start.Environment["TMPDIR"] = TemporaryFiles;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Its process id, and that of its group.</summary>
    public int Id => _process.Id;

    /// <summary>Where it, and what it starts, make temporary files.</summary>
    public string TemporaryFiles { get; }

    /// <summary>It and all that it has started, however far down, and is alive.</summary>
    public List<int> Family => Processes.WithEnvironment(_mark);

    /// <summary>What it has printed; once it has ended.</summary>
    public string Output => _output.Result;

    /// <inheritdoc cref="Output"/>
    public string Error => _error.Result;

    public static string Dotnet { get; } =
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
        : Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath!
        : "dotnet";

    /// <returns>The exit code.</returns>
    public int WaitForExit(TimeSpan limit)
    {
        Assert.That(_process.WaitForExit(limit), Is.True, "the coordinator ends");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        foreach (var process in Family) Processes.Signal(process, Processes.SigKill);
        _process.WaitForExit(TimeSpan.FromSeconds(10));
        _process.Dispose();
    }
}
