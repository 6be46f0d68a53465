using System.Diagnostics;
using System.Runtime.CompilerServices;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Jobs;
using ProcessPool.Progress;

namespace ProcessPool.Workers;

// Reads the progress that items report to the caller's objects while they run.
internal sealed partial class WorkerProcess
{
    /// <summary>The weight of reports that were not acknowledged to the worker yet.</summary>
    private long _untakenProgress;

    /// <summary>The weight of reports that were delivered but not acknowledged yet.</summary>
    private long _takenProgress;

    /// <summary>
    /// A report was delivered or dropped. Acknowledged in large batches, because each acknowledgement costs a frame. Any thread.
    /// </summary>
    private void OnProgressTaken(int weight)
    {
        const int worthTelling = ProtocolConstants.ProgressWindow / 2;
        if (Interlocked.Add(ref _takenProgress, weight) < worthTelling) return;
        var taken = Interlocked.Exchange(ref _takenProgress, 0);
        if (taken == 0) return;

        // Update our own count first, or the worker's next report would seem to exceed the window.
        Interlocked.Add(ref _untakenProgress, -taken);
        var message = Sender.Rent();
        message.WriteFrame(FrameKind.ProgressTaken, taken);
        Sender.Send(message);
    }

    /// <summary>Not inlined: otherwise the thread that reads from the worker would keep the call alive while it waits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeProgress(ref MessagePackReader values)
    {
        if (Interlocked.Read(ref _untakenProgress) >= ProtocolConstants.ProgressWindow)
            throw new ProtocolException("It sent more progress reports than the window allows.");
        var weight = ProtocolConstants.WeightOf(_frames.Length);
        Interlocked.Add(ref _untakenProgress, weight);
        _frames.FillStart(ref values);
        var sequence = values.ReadInt64();
        var id = values.ReadInt64();

        // Drop reports of items that have ended, and reports to objects of other items.
        if (_items.TryLookAt(sequence, out var job, out var key) && job.FindTarget(key, id) is { } target && TryReadReport(job, target, ref values) is { } report)
            job.Deliver(report, OnProgressTaken, weight);
        else OnProgressTaken(weight);
    }

    private Action? TryReadReport(Job job, ProgressTarget target, ref MessagePackReader values)
    {
        try
        {
            var size = _frames.Remaining(ref values);
            if (size > _scheduler.MaxValueBytes) throw new ProtocolException($"It takes {size} bytes; the limit is {_scheduler.MaxValueBytes}.");
            _frames.Fill(ref values);
            return target.Read(ref values, job.Call.Formatters.FromWorker, _frames);
        }
        catch (Exception e) when (e is not ConnectionEndedException)
        {
            // The reader may have stopped anywhere, even beyond its frame.
            values = default;
            Trace.TraceWarning($"ProcessPool: a progress report from worker {Id} cannot be read: {e}");
            return null;
        }
    }
}
