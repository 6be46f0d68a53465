using System.Diagnostics;
using ProcessPool.Memory;
using ProcessPool.Platform;
using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests;

/// <summary>Starts workers that are any program, without a status page.</summary>
internal sealed class ProgramLauncher(string program, params string[] arguments) : IWorkerLauncher
{
    /// <summary>The worker in Python beside these tests.</summary>
    public static ProgramLauncher Python => new("/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "worker.py"));

    public WorkerConnection Launch() => new Connection(Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!);

    private sealed class Connection(Process process) : WorkerConnection
    {
        public override Stream Input { get; } = process.StandardInput.BaseStream;

        public override Stream Output { get; } = process.StandardOutput.BaseStream;

        public override Stream Error { get; } = process.StandardError.BaseStream;

        public override StatusPage? Page => null;

        public override int ProcessId { get; } = process.Id;

        public override IReadOnlyDictionary<string, string?> EnvironmentToRestore { get; } =
            new Dictionary<string, string?> { ["PROCESSPOOL_TEST"] = null };

        public override string Command => process.StartInfo.FileName;

        public override void OnStarted()
        {
            // Nothing was needed for the start only.
        }

        public override void Kill()
        {
            _ = Libc.Kill(-ProcessId, Libc.SigKill);
            process.Kill();
        }

        public override int? WaitForExit(TimeSpan timeout) => process.WaitForExit(timeout) ? process.ExitCode : null;

        public override void Dispose()
        {
            Input.Dispose();
            Output.Dispose();
            process.Dispose();
        }
    }
}
