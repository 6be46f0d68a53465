using System.Collections.Concurrent;
using ProcessPool.Memory;
using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests;

/// <summary>
/// Workers that are threads of this process and follow scripts. Each start uses the next script; the last one is used for all
/// further starts.
/// </summary>
internal sealed class ScriptedLauncher(params Action<ScriptedWorker>[] scripts) : IWorkerLauncher
{
    private int _starts;

    /// <summary>The first worker greets and follows a script. All others serve.</summary>
    public static ScriptedLauncher First(Action<ScriptedWorker> script, Func<StatusPage>? newPage = null) => new(
        worker =>
        {
            worker.Greet();
            script(worker);
        },
        worker =>
        {
            worker.Greet();
            worker.Serve();
        })
    { NewPage = newPage };

    /// <summary>What went wrong in scripts: a test asks at its end.</summary>
    public ConcurrentQueue<Exception> Errors { get; } = [];

    public int Starts => _starts;

    /// <summary>Makes the status page of each worker, where it is to have one.</summary>
    public Func<StatusPage>? NewPage { get; init; }

    public WorkerConnection Launch(int worker)
    {
        var start = Interlocked.Increment(ref _starts);
        return new ScriptedWorker(scripts[Math.Min(start, scripts.Length) - 1], Errors, NewPage?.Invoke());
    }
}
