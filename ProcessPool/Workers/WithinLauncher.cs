using ProcessPool.Memory;
using ProcessPool.Worker;

namespace ProcessPool.Workers;

/// <summary>Starts workers that are threads of this process, see <see cref="PoolOptions.Workers"/>.</summary>
internal sealed class WithinLauncher : IWorkerLauncher
{
    public WorkerConnection Launch(int worker) => new Connection(new WorkerWithin());

    private sealed class Connection(WorkerWithin worker) : WorkerConnection
    {
        public override Stream Input => worker.Input;

        public override Stream Output => worker.Output;

        /// <summary>Empty, because such a worker prints directly.</summary>
        public override Stream Error => Stream.Null;

        public override StatusPage? Page => null;

        public override int ProcessId => Environment.ProcessId;

        public override IReadOnlyDictionary<string, string?> EnvironmentToRestore { get; } = new Dictionary<string, string?>();

        public override string Command => "a thread of this process";

        public override void OnStarted()
        {
            // There is nothing to release.
        }

        public override void Kill() => worker.HangUp();

        public override int? WaitForExit(TimeSpan timeout) => worker.Join(timeout) ? 0 : null;

        public override void Dispose() => worker.Dispose();
    }
}
