using System.Diagnostics;
using System.Text;
using ProcessPool.Platform;

namespace ProcessPool.Workers;

// The end: waits for what is left, and says how many lines were lost.
internal sealed partial class OutputPrinter
{
    private const int StandardError = 2;

    /// <summary>
    /// How long the end of a terminated pool waits until the lines that the printer has are printed.
    /// </summary>
    private static readonly TimeSpan TerminatedGrace = TimeSpan.FromSeconds(0.5);

    /// <summary>How long a message to standard error may take, which may hang as well.</summary>
    private static readonly TimeSpan TellingGrace = TimeSpan.FromSeconds(1);

    /// <summary>The pool is terminated: its end no longer waits for the printer.</summary>
    public void Terminate()
    {
        lock (_lock)
        {
            _isTerminated = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>
    /// Waits until all lines are printed, as long as that makes progress. Then says how many were lost, if any were.
    /// </summary>
    public void Close()
    {
        long lost;
        string? trouble;
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
            WaitUntilPrintedLocked();
            _dropsRest = true;
            if (_isBusy) _trouble ??= _isHung ? PrinterWatch.Hung : "the pool was terminated";
            lost = _lost + _waiting;
            trouble = _trouble;
        }

        if (lost > 0) Tell($"ProcessPool: {lost} lines of output were lost: {trouble}.");
    }

    private void WaitUntilPrintedLocked()
    {
        Stopwatch? sinceTerminated = null;
        while (_isBusy && !_isHung)
        {
            if (_isTerminated) sinceTerminated ??= Stopwatch.StartNew();
            var left = sinceTerminated is null ? Timeout.InfiniteTimeSpan : TerminatedGrace - sinceTerminated.Elapsed;
            if (sinceTerminated is not null && left <= TimeSpan.Zero) return;
            Monitor.Wait(_lock, left);
        }
    }

    /// <summary>Says something on standard error; or by a trace, if that is what hangs.</summary>
    private void Tell(string message)
    {
        var isConsoleHung = _callback is null && _isHung;
        if (isConsoleHung && (_isAtError || OperatingSystem.IsWindows()))
        {
            Trace.TraceWarning(message);
            return;
        }

        var telling = new Thread(() => WriteError(message, isConsoleHung)) { IsBackground = true, Name = "processpool lost output" };
        telling.Start();
        if (!telling.Join(TellingGrace)) Trace.TraceWarning(message);
    }

    private static void WriteError(string message, bool isConsoleHung)
    {
        try
        {
            // Console.Error would wait for Console.Out: they have a lock in common.
            if (isConsoleHung) _ = Libc.Write(StandardError, Encoding.UTF8.GetBytes($"{message}\n"));
            else Console.Error.WriteLine(message);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Standard error is closed.
            Trace.TraceWarning(message);
        }
    }
}
