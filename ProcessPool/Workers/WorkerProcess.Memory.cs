using System.Diagnostics;
using ProcessPool.Memory;
using ProcessPool.Scheduling;

namespace ProcessPool.Workers;

// What the process takes in memory, and whether that ended it.
internal sealed partial class WorkerProcess
{
    private const int Aborted = Death.SignalBase + 6;
    private const int SegmentationFault = Death.SignalBase + 11;

    /// <summary>Quick items do not pay for a look each.</summary>
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(50);

    /// <summary>What the kernel had killed before this one started.</summary>
    private readonly long? _kernelKills = KernelKills.Here.Unclaimed;

    private long _lastUsed = -1;
    private long _lastLook;
    private bool _killedByKernel;

    /// <summary>Killed from here, for whatever reason: not by the kernel.</summary>
    private volatile bool _killed;

    /// <summary>What it had when it was last looked at, in bytes.</summary>
    private long? LastUsed => Volatile.Read(ref _lastUsed) is var used and >= 0 ? used : null;

    /// <inheritdoc/>
    public bool DiedOfMemory => IsFate(RunningItem.OutOfMemory) || _killedByKernel || RanOut;

    /// <summary>A thread of it ran into the limit, and nothing caught that, or the runtime itself could not go on; it then says so, and aborts.</summary>
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

    /// <summary>It has ended, and nobody here has killed it yet.</summary>
    private void AskForKernel()
    {
        const int killed = Death.SignalBase + Platform.Libc.SigKill;
        if (_exitCode != killed || _killed || _connection.Page is { ExitReason: not ExitReason.None }) return;
        _killedByKernel = KernelKills.Here.TryClaim(_kernelKills);
    }

    private WorkerMemoryException BlameMemory(in LostItem lost)
    {
        var limit = _scheduler.MaxWorkerMemory.GetValueOrDefault();
        if (IsFate(RunningItem.OutOfMemory)) return WorkerMemoryException.OverLimit(lost, limit, Lane.Excess);
        return _killedByKernel
            ? WorkerMemoryException.KilledByKernel(lost, KernelKills.Here.Limit, LastUsed)
            : WorkerMemoryException.Uncaught(lost, limit, LastUsed);
    }

    /// <summary>
    /// Whether an item failed because there was no memory, which other threads of its process will have met too. Not what is told
    /// before anything is allocated (<see cref="InsufficientMemoryException"/>).
    /// </summary>
    private static bool IsOutOfMemory(Exception? failure) => failure switch
    {
        null or InsufficientMemoryException => false,
        OutOfMemoryException or RemoteTaskException { RemoteTypeName: "System.OutOfMemoryException" } => true,
        AggregateException many => many.InnerExceptions.Any(IsOutOfMemory),
        _ => IsOutOfMemory(failure.InnerException),
    };
}
