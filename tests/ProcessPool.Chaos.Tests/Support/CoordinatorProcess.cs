namespace ProcessPool.Chaos.Tests.Support;

/// <summary>
/// Runs ChaosApp: a coordinator in its own process and process group, with the signal handling that a shell gives it.
/// </summary>
internal sealed class CoordinatorProcess : IDisposable
{
    private const string MarkName = "PROCESSPOOL_CHAOS_MARK";

    private readonly string _mark = $"{MarkName}={Guid.NewGuid():N}";
    private readonly Child _child;

    /// <param name="command">The command that ChaosApp runs; see its Program.cs.</param>
    /// <param name="directory">The directory in which items create files to show that they run.</param>
    /// <param name="more">Further arguments.</param>
    /// <param name="mostFiles">The limit of open files.</param>
    /// <param name="within">A program, with arguments, that starts the coordinator.</param>
    public CoordinatorProcess(
        string command, TemporaryDirectory directory, string[]? more = null, int? mostFiles = null, string[]? within = null)
    {
        string[] limit = mostFiles is null ? [] : ["prlimit", $"--nofile={mostFiles}"];
        string[] program =
            [.. within ?? [], .. limit, Child.Dotnet, Path.Combine(AppContext.BaseDirectory, "ChaosApp.dll"), command, directory.Path, .. more ?? []];
        TemporaryFiles = Directory.CreateDirectory(directory.File("tmp")).FullName;
        _child = new Child("setsid", ["env", "--default-signal=HUP,INT,TERM", _mark, .. program], environment: new()
        {
            ["TMPDIR"] = TemporaryFiles,
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_DbgEnableMiniDump"] = "0",
        });
    }

    /// <summary>The process id of the coordinator, and of its process group.</summary>
    public int Id => _child.Id;

    /// <summary>The directory for temporary files of the coordinator and its descendants.</summary>
    public string TemporaryFiles { get; }

    /// <summary>The coordinator and all of its descendants that are alive.</summary>
    public List<int> Family => Processes.WithEnvironment(_mark);

    /// <summary>What the coordinator has printed. Waits until it has exited.</summary>
    public string Output => _child.Ended.Result.Output;

    /// <inheritdoc cref="Output"/>
    public string Error => _child.Ended.Result.Error;

    /// <returns>The exit code.</returns>
    public int WaitForExit(TimeSpan limit)
    {
        Assert.That(_child.Ended.Wait(limit), Is.True, "the coordinator ends");
        return _child.Ended.Result.ExitCode;
    }

    public void Dispose()
    {
        foreach (var process in Family) Processes.Signal(process, Processes.SigKill);
        _child.Dispose();
    }
}
