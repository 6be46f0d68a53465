using System.Diagnostics;
using ProcessPool.Memory;
using ProcessPool.Scheduling;

namespace ProcessPool.Workers;

// Measures the memory of the process, and finds out whether it died of it.
internal sealed partial class WorkerProcess
{
    private const int Aborted = Death.SignalBase + 6;
    private const int SegmentationFault = Death.SignalBase + 11;

    /// <summary>The least time between two checks after reports, so that quick items do not pay for one each.</summary>
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(50);

    /// <summary>The kernel's unclaimed kills before this worker started.</summary>
    private readonly long? _kernelKills = KernelKills.Here.Unclaimed;

    private long _lastUsed = -1;
    private long _lastLook;
    private bool _killedByKernel;

    /// <summary>Killed by this process, so not by the kernel for its memory.</summary>
    private volatile bool _killed;

    /// <summary>Its private memory at the last check, in bytes; null if it was never checked.</summary>
    private long? LastUsed => Volatile.Read(ref _lastUsed) is var used and >= 0 ? used : null;

    /// <inheritdoc/>
    public bool DiedOfMemory => IsFate(FateOfRunning.OutOfMemory) || _killedByKernel || RanOut;

    /// <summary>
    /// The process ended because it reached the limit of its heap: an OutOfMemoryException was unhandled, or the runtime itself
    /// could not go on, in which case it prints a message and aborts.
    /// </summary>
    private bool RanOut => _scheduler.MaxWorkerMemory is not null
        && (_connection.Page?.ExitReason == ExitReason.OutOfMemory
            || (_exitCode == Aborted && _errorLines.Last.Contains("Out of memory."))
            || (_exitCode is Aborted or SegmentationFault && _connection.Page is { HasRunOut: true }));

    /// <inheritdoc/>
    public long? LookAtMemory()
    {
        var used = _connection.LookAtMemory();
        if (used is { } bytes) Volatile.Write(ref _lastUsed, bytes);
        return used;
    }

    /// <inheritdoc/>
    public long? LookAtMemoryNowAndThen()
    {
        if (_lastLook != 0 && Stopwatch.GetElapsedTime(_lastLook) < BetweenReports) return null;
        _lastLook = Stopwatch.GetTimestamp();
        return LookAtMemory();
    }

    /// <summary>
    /// Finds out whether the kernel killed the worker. Called when it has ended and before <see cref="Bury"/> kills what is left.
    /// </summary>
    private void AskForKernel()
    {
        const int killed = Death.SignalBase + Platform.Libc.SigKill;
        if (_exitCode != killed || _killed || _connection.Page is { ExitReason: not ExitReason.None }) return;
        _killedByKernel = KernelKills.Here.TryClaim(_kernelKills);
    }

    private WorkerMemoryException BlameMemory(in LostItem lost)
    {
        var limit = _scheduler.MaxWorkerMemory.GetValueOrDefault();
        if (IsFate(FateOfRunning.OutOfMemory)) return WorkerMemoryException.OverLimit(lost, limit, Lane.Excess);
        return _killedByKernel
            ? WorkerMemoryException.KilledByKernel(lost, KernelKills.Here.Limit, LastUsed)
            : WorkerMemoryException.Uncaught(lost, limit, LastUsed);
    }

    /// <summary>
    /// Whether an item failed because its process ran out of memory, which other threads of the process may have noticed too.
    /// Does not include <see cref="InsufficientMemoryException"/>, which is thrown before anything is allocated.
    /// </summary>
    private static bool IsOutOfMemory(Exception? failure) => failure switch
    {
        null or InsufficientMemoryException => false,
        OutOfMemoryException or RemoteTaskException { RemoteTypeName: "System.OutOfMemoryException" } => true,
        AggregateException many => many.InnerExceptions.Any(IsOutOfMemory),
        _ => IsOutOfMemory(failure.InnerException),
    };
}
