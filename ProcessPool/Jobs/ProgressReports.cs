using System.Diagnostics;

namespace ProcessPool.Jobs;

/// <summary>
/// Reports to the caller how far a call is. Runs on the thread pool, so that user code does not delay the threads that read from
/// workers. Reports come several times a second, one at a time, and once more after the last change.
/// </summary>
internal sealed class ProgressReports(IProgress<CallProgress> progress, Func<CallProgress> look)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private long _lastReport = Stopwatch.GetTimestamp();
    private long _changes;
    private int _isDue;

    /// <summary>Calls user code that receives a report. The call must not depend on what it does or throws.</summary>
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

    /// <summary>Items have ended. Any thread.</summary>
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
