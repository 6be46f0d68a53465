using ProcessPool.Memory;
using ProcessPool.Workers;
using ByteStream = System.IO.Stream;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>Starts real workers, but a test decides how much memory they seem to take.</summary>
internal sealed class MeasuredLauncher(Func<long?> memory) : IWorkerLauncher
{
    private readonly LocalLauncher _launcher = new(useStatusPage: true);
    private int _starts;

    /// <summary>Called with each worker that has started.</summary>
    public Action<WorkerConnection> Started { get; init; } = static _ => { };

    /// <summary>How many workers were started.</summary>
    public int Starts => Volatile.Read(ref _starts);

    public WorkerConnection Launch(int worker)
    {
        Interlocked.Increment(ref _starts);
        return new Measured(_launcher.Launch(worker), memory, Started);
    }

    private sealed class Measured(WorkerConnection inner, Func<long?> memory, Action<WorkerConnection> started) : WorkerConnection
    {
        public override ByteStream Input => inner.Input;

        public override ByteStream Output => inner.Output;

        public override ByteStream Error => inner.Error;

        public override StatusPage? Page => inner.Page;

        public override int ProcessId => inner.ProcessId;

        public override IReadOnlyDictionary<string, string?> EnvironmentToRestore => inner.EnvironmentToRestore;

        public override string Command => inner.Command;

        public override long? LookAtMemory() => memory();

        public override void OnStarted()
        {
            inner.OnStarted();
            started(this);
        }

        public override void Kill() => inner.Kill();

        public override int? WaitForExit(TimeSpan timeout) => inner.WaitForExit(timeout);

        public override void Dispose() => inner.Dispose();
    }
}
