using System.Diagnostics;

namespace ProcessPool.Jobs;

/// <summary>
/// Reports to the caller how far a call is: several times a second while items end, and once more when all have ended, before the
/// call is complete for its caller. User code runs on a thread of its own, so it delays neither the threads that read from workers
/// nor a caller that blocks the thread pool.
/// </summary>
/// <param name="progress">The caller's object.</param>
/// <param name="look">Says how far the call is. Its argument says whether this is the last report.</param>
internal sealed class ProgressReports(IProgress<CallProgress> progress, Func<bool, CallProgress> look)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the end of a stopped call waits for its last report.</summary>
    private static readonly TimeSpan StoppedGrace = TimeSpan.FromSeconds(5);

    private readonly ProgressDelivery _delivery = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly ManualResetEventSlim _delivered = new();
    private readonly Lock _lock = new();
    private long _lastReport = Stopwatch.GetTimestamp();
    private int _isDue;

    // Guarded by _lock.
    private bool _isEnding;
    private bool _isStopped;

    /// <summary>Stands for the call in its reports. Callers may keep these, and must not keep the call alive thereby.</summary>
    public object Identity { get; } = new();

    /// <summary>Calls user code that receives a report. The call must not depend on what it throws.</summary>
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
        if (Volatile.Read(ref _isDue) == 0 && Interlocked.Exchange(ref _isDue, 1) == 0) _delivery.Add(ReportSoon, static _ => { }, 0);
    }

    /// <summary>The call has ended. Makes the last report, and does something after it. Called once.</summary>
    public void End(Action then)
    {
        _ended.Set();
        _delivery.Add(() => progress.Report(look(true)), _ => _delivered.Set(), 0);
        if (!_delivery.TryFollow(then)) then();
        bool isStopped;
        lock (_lock) (_isEnding, isStopped) = (true, _isStopped);
        if (isStopped) LimitWait();
    }

    /// <summary>The call was stopped. Its end does not wait for long if a report does not return.</summary>
    public void Stop()
    {
        bool isEnding;
        lock (_lock)
        {
            if (_isStopped) return;
            (_isStopped, isEnding) = (true, _isEnding);
        }

        if (isEnding) LimitWait();
    }

    /// <summary>Lets the thread end. Called after the end of the call.</summary>
    public void Close() => _delivery.Drop();

    private void ReportSoon()
    {
        var wait = Pause - Stopwatch.GetElapsedTime(_lastReport);
        if (_ended.Wait(wait > TimeSpan.Zero ? wait : TimeSpan.Zero)) return;
        _lastReport = Stopwatch.GetTimestamp();

        // Either this thread sees a change, or whoever makes it sees that nothing is due, and asks for another report.
        Volatile.Write(ref _isDue, 0);
        Interlocked.MemoryBarrier();
        var state = look(false);

        // The last report, which says the same, follows at once.
        if (state.Done != state.Total) progress.Report(state);
    }

    /// <summary>Uses a thread of its own, because a blocked thread pool must not hold the call up either.</summary>
    private void LimitWait()
    {
        if (_delivered.IsSet) return;
        new Thread(WaitAndDrop) { IsBackground = true, Name = "processpool last report" }.UnsafeStart();
    }

    private void WaitAndDrop()
    {
        if (!_delivered.Wait(StoppedGrace)) _delivery.Drop();
    }
}
