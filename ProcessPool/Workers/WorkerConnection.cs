using ProcessPool.Memory;

namespace ProcessPool.Workers;

/// <summary>
/// A worker that was started: its streams, and a way to kill it. This is the seam behind which a worker may be
/// anything that carries frames over stdin and stdout, also on another machine.
/// </summary>
internal abstract class WorkerConnection : IDisposable
{
    /// <summary>Frames to the worker.</summary>
    public abstract Stream Input { get; }

    /// <summary>Frames from the worker.</summary>
    public abstract Stream Output { get; }

    /// <summary>What the worker and its children print natively, as text.</summary>
    public abstract Stream Error { get; }

    /// <summary>Memory shared with the worker, where it runs on this machine.</summary>
    public abstract StatusPage? Page { get; }

    /// <summary>The process id on its machine.</summary>
    public abstract int ProcessId { get; }

    /// <summary>What to tell the worker's environment: variables to restore (a value) or to remove (null).</summary>
    public abstract IReadOnlyDictionary<string, string?> EnvironmentToRestore { get; }

    /// <summary>The command, for error messages.</summary>
    public abstract string Command { get; }

    /// <summary>How much private memory the process has now, in bytes; null if nobody can say. Any thread.</summary>
    public virtual long? LookAtMemory() => null;

    /// <summary>The worker has said hello: what only its start needed can be let go of.</summary>
    public abstract void OnStarted();

    /// <summary>Kills the worker and all that it has started. Does nothing if it is dead.</summary>
    public abstract void Kill();

    /// <summary>Waits for the end of the process.</summary>
    /// <returns>The exit code (128 and more: that much more than the signal's number), or null if it still lives.</returns>
    public abstract int? WaitForExit(TimeSpan timeout);

    public abstract void Dispose();
}

/// <summary>Starts workers.</summary>
internal interface IWorkerLauncher
{
    /// <exception cref="WorkerStartException">It could not be started; the message says why.</exception>
    WorkerConnection Launch();
}
