using CliWrap;
using ProcessPool.Memory;
using ProcessPool.Platform;
using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests;

/// <summary>Starts any program as a worker, without a status page.</summary>
internal sealed class ProgramLauncher(string program, params string[] arguments) : IWorkerLauncher
{
    /// <summary>The worker in Python beside these tests.</summary>
    public static ProgramLauncher Python => new("/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "worker.py"));

    public WorkerConnection Launch(int worker) => new Connection(new PipedProcess(Cli.Wrap(program).WithArguments(arguments)), program);

    private sealed class Connection(PipedProcess process, string program) : WorkerConnection
    {
        public override Stream Input => process.Input;

        public override Stream Output => process.Output;

        public override Stream Error => process.Error;

        public override StatusPage? Page => null;

        public override int ProcessId { get; } = process.Process.Id;

        public override IReadOnlyDictionary<string, string?> EnvironmentToRestore { get; } =
            new Dictionary<string, string?> { ["PROCESSPOOL_TEST"] = null };

        public override string Command => program;

        public override void OnStarted()
        {
            // Nothing was needed for the start only.
        }

        public override void Kill()
        {
            _ = Libc.Kill(-ProcessId, Libc.SigKill);
            process.Process.Kill();
        }

        public override int? WaitForExit(TimeSpan timeout) => process.WaitForExit(timeout);

        public override void Dispose() => process.Dispose();
    }
}
