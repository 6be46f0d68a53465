using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests.Hostile;

/// <summary>The first worker is of one kind, and all later ones of another.</summary>
internal sealed class FirstLauncher(IWorkerLauncher first, IWorkerLauncher others) : IWorkerLauncher
{
    private int _starts;

    public int Starts => _starts;

    public WorkerConnection Launch(int worker) => (Interlocked.Increment(ref _starts) == 1 ? first : others).Launch(worker);
}
