using System.Diagnostics;

namespace ProcessPool.Jobs;

/// <summary>
/// Tells the caller how far a call is, on the thread pool: neither what it does with that nor how long it takes matters to
/// those who read from workers. Some times a second, one report at a time, and in any case once more after the last change.
/// </summary>
internal sealed class ProgressReports(IProgress<CallProgress> progress, Func<CallProgress> look)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private long _lastReport = Stopwatch.GetTimestamp();
    private long _changes;
    private int _isDue;

    /// <summary>Gives a report to an object of the caller's: nothing of the call may depend on what that does, or throws.</summary>
    public static void Tell(Action report)
    {
        try
        {
            report();
        }
        catch (Exception e)
        {
            Trace.TraceWarning($"ProcessPool: an exception of IProgress.Report was ignored: {e}");
        }
    }

    /// <summary>Items have ended; any thread.</summary>
    public void Notify()
    {
        Interlocked.Increment(ref _changes);
        Schedule();
    }

    private void Schedule()
    {
        if (Volatile.Read(ref _isDue) != 0 || Interlocked.CompareExchange(ref _isDue, 1, 0) != 0) return;
        var wait = Pause - Stopwatch.GetElapsedTime(_lastReport);
        _ = wait <= TimeSpan.Zero ? Task.Run(Report) : Task.Delay(wait).ContinueWith(_ => Report(), TaskScheduler.Default);
    }

    private void Report()
    {
        var seen = Volatile.Read(ref _changes);
        Tell(() => progress.Report(look()));
        _lastReport = Stopwatch.GetTimestamp();
        Volatile.Write(ref _isDue, 0);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _changes) != seen) Schedule();
    }
}
