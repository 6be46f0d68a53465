using CliWrap;
using ProcessPool.Memory;
using ProcessPool.Workers;
using ByteStream = System.IO.Stream;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>Starts a shell script instead of a worker.</summary>
internal sealed class BrokenLauncher(string script) : IWorkerLauncher
{
    private int _starts;

    /// <summary>How many scripts were started.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>Whether reading stderr fails, as it does if no more threads can be started.</summary>
    public bool HasNoThreads { get; init; }

    public WorkerConnection Launch(int worker)
    {
        Interlocked.Increment(ref _starts);
        return new Script(new PipedProcess(Cli.Wrap("/bin/sh").WithArguments(["-c", script])), script, HasNoThreads);
    }

    private sealed class Script(PipedProcess process, string script, bool hasNoThreads) : WorkerConnection
    {
        public override ByteStream Input => process.Input;

        public override ByteStream Output => process.Output;

        public override ByteStream Error => hasNoThreads ? throw new OutOfMemoryException("There are no more threads.") : process.Error;

        public override StatusPage? Page => null;

        public override int ProcessId { get; } = process.Process.Id;

        public override IReadOnlyDictionary<string, string?> EnvironmentToRestore { get; } = new Dictionary<string, string?>();

        public override string Command => script;

        public override void OnStarted()
        {
            // A script has no status page or other files to release.
        }

        public override void Kill() => process.Process.Kill(entireProcessTree: true);

        public override int? WaitForExit(TimeSpan timeout) => process.WaitForExit(timeout);

        public override void Dispose() => process.Dispose();
    }
}
