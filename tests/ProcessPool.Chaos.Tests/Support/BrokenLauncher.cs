using CliWrap;
using ProcessPool.Memory;
using ProcessPool.Workers;
using ByteStream = System.IO.Stream;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>Starts a shell script instead of a worker.</summary>
internal sealed class BrokenLauncher(string script) : IWorkerLauncher
{
    private int _starts;

    /// <summary>How many were started.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>Whether reading what it prints fails, as it does where no thread can be started.</summary>
    public bool HasNoThreads { get; init; }

    public WorkerConnection Launch()
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
            // It had nothing else to open.
        }

        public override void Kill() => process.Process.Kill(entireProcessTree: true);

        public override int? WaitForExit(TimeSpan timeout) => process.WaitForExit(timeout);

        public override void Dispose() => process.Dispose();
    }
}
