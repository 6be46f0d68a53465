using ProcessPool.Memory;

namespace ProcessPool.Workers;

/// <summary>
/// A started worker: its streams, and a way to kill it. Behind this class, a worker may be anything that carries frames over
/// stdin and stdout, even on another machine.
/// </summary>
internal abstract class WorkerConnection : IDisposable
{
    /// <summary>The stream of frames to the worker.</summary>
    public abstract Stream Input { get; }

    /// <summary>The stream of frames from the worker.</summary>
    public abstract Stream Output { get; }

    /// <summary>What native code of the worker and its child processes print, as text.</summary>
    public abstract Stream Error { get; }

    /// <summary>The memory shared with the worker; null if there is none.</summary>
    public abstract StatusPage? Page { get; }

    /// <summary>The process id on the worker's machine.</summary>
    public abstract int ProcessId { get; }

    /// <summary>Variables that the worker must restore (a value) or remove (null) after its start.</summary>
    public abstract IReadOnlyDictionary<string, string?> EnvironmentToRestore { get; }

    /// <summary>The command, for error messages.</summary>
    public abstract string Command { get; }

    /// <summary>How much private memory the process has now, in bytes; null if that is not known. Any thread.</summary>
    public virtual long? LookAtMemory() => null;

    /// <summary>The worker has sent its hello. Releases what only the start needed.</summary>
    public abstract void OnStarted();

    /// <summary>Kills the worker and all processes that it has started. Does nothing if the worker is dead.</summary>
    public abstract void Kill();

    /// <summary>Waits until the process exits.</summary>
    /// <returns>The exit code (128 plus the signal's number if a signal killed the process), or null if it is still
    /// running.</returns>
    public abstract int? WaitForExit(TimeSpan timeout);

    public abstract void Dispose();
}

/// <summary>Starts workers.</summary>
internal interface IWorkerLauncher
{
    /// <param name="worker">The worker's number in its pool.</param>
    /// <exception cref="WorkerStartException">The worker could not be started; the message says why.</exception>
    WorkerConnection Launch(int worker);
}
