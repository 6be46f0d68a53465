using System.Diagnostics;
using System.Runtime.CompilerServices;
using ProcessPool.Jobs;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Choosing items for a worker.
internal sealed partial class Scheduler
{
    /// <summary>There may be something to start for workers that have room: those without anything to do first.</summary>
    public void Kick()
    {
        // Once for each worker at most: whoever calls has other things to do, and what workers report makes them go on.
        for (var left = _size; left > 0 && NextIdleWorker() is { } worker; left--)
        {
            // One that is no longer to be had, as it was just asked to end, keeps nobody from the others.
            Pump(worker, out _);
        }

        if (_options.IdleTimeout is null) return;
        lock (_lock)
        {
            if (_resting.Count > 0 && NextJob() is { } job) WakeResting(job.Ready);
        }
    }

    /// <summary>Sends a worker what it should have next, if no other thread is at it.</summary>
    private void Pump(WorkerProcess worker)
    {
        Pump(worker, out var freed);

        // Items that were another's a moment ago: workers that had found nothing may want them.
        if (freed) Kick();
    }

    /// <inheritdoc cref="Pump(WorkerProcess)"/>
    /// <param name="worker">The worker.</param>
    /// <param name="freed">Whether items went back to their job on the way.</param>
    /// <returns>Whether it was sent anything.</returns>
    /// <remarks>Not inlined: the thread that waits for what the worker says would hold on to the call chosen here, its inputs and its results.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Pump(WorkerProcess worker, out bool freed)
    {
        var sent = 0;
        freed = false;
        Chosen chosen = default;
        while (true)
        {
            lock (_lock)
            {
                if (sent == 0 && worker.IsPumped) return false;
                worker.IsPumped = true;

                // A window's worth is enough for now, if it has anything: its next report brings it here again. Looked at
                // under the lock, so that a report in the meantime, whose thread found this one at it, is not missed.
                var enough = worker.Items.Count > 0 && sent > 0 && sent >= chosen.Job.Pace.Window;
                if (enough || !TryChoose(worker, out chosen, ref freed))
                {
                    worker.IsPumped = false;
                    return sent > 0;
                }

                worker.CallBeingSent = chosen.Job.Call.Id;
            }

            sent += chosen.Count;
            freed |= !Send(worker, chosen);
        }
    }

    private WorkerProcess? NextIdleWorker()
    {
        lock (_lock)
        {
            if (NextJob() is not { } job) return null;
            WorkerProcess? best = null;
            foreach (var worker in _workers)
            {
                if (worker.State != WorkerState.Ready || worker.IsDoomed || worker.IsPumped || !HasRoom(worker, job)) continue;
                if (best is null || worker.Items.Count < best.Items.Count) best = worker;
                if (best.Items.Count == 0) break;
            }

            return best;
        }
    }

    private bool HasRoom(WorkerProcess worker, Job job)
    {
        if (LeftFor(worker) == 0) return false;
        if (worker.Items.Count == 0) return worker.Items.Room > 0;
        if (worker.IsReserved || NeedsIdleWorker(worker, job)) return false;
        return worker.Items.Count <= job.Pace.Window / 2 && worker.Items.Room > job.Pace.Window;
    }

    private static bool NeedsIdleWorker(WorkerProcess worker, Job job) =>
        job.NeedsIdleWorker || (job.Call.IsLarge && !worker.KnownCalls.Contains(job.Call.Id));

    private bool TryChoose(WorkerProcess worker, out Chosen chosen, ref bool freed)
    {
        chosen = default;
        if (worker.State != WorkerState.Ready || worker.IsDoomed || LeftFor(worker) == 0) return false;
        var job = NextJob();
        if (job is null)
        {
            // Said before looking again: an input that is added from now on comes with a kick.
            _hungry = true;
            Interlocked.MemoryBarrier();
            foreach (var active in _jobs) Enqueue(active);
            job = NextJob();
            if (job is null)
            {
                if (worker.Items.Count > 0 || !TakeBackFor(worker)) return false;
                freed = true;
                job = NextJob();
                if (job is null) return false;
            }
        }

        if (!HasRoom(worker, job)) return false;
        var most = 1;
        if (!NeedsIdleWorker(worker, job))
        {
            // A share, so that the last items of a job are spread over all workers.
            var share = Math.Max(1, job.Ready / (2 * _workers.Count));
            most = Math.Min(Math.Min(job.Pace.Window - worker.Items.Count, share), Math.Min(Math.Min(worker.Items.Room, LeftFor(worker)), _options.MaxChunk));
        }

        if (worker.Items.Count == 0)
        {
            worker.LastProgress = Stopwatch.GetTimestamp();
            worker.Books.Enter(Stage.Working, worker.LastProgress);
        }

        worker.IsReserved = NeedsIdleWorker(worker, job);
        var count = job.Take(most, worker.Keys);
        if (count == 0) return false;
        var first = 0L;
        for (var i = 0; i < count; i++)
        {
            var sequence = worker.Items.Give(job, worker.Keys[i]);
            if (i == 0) first = sequence;
        }

        job.Outstanding += count;
        if (_resting.Count > 0) WakeResting(job.Ready);
        _timeOfTurn = Math.Max(_timeOfTurn, job.WorkerTime);
        WatchTime(job);
        WatchMemory();
        if (_hungry)
        {
            // Somebody has nothing to do while this worker may be held up: it is not asked to look by anybody else.
            var anyIdle = _workers.Exists(static other => other.State == WorkerState.Ready && other.Items.Count == 0);
            if (anyIdle) _heldUp.In(worker.Items.Count > 1 ? HoldsUp : Stalled);
            _hungry = anyIdle || _resting.Count > 0;
        }

        chosen = new Chosen(job, first, count, worker.KnownCalls.Add(job.Call.Id));
        return true;
    }

    /// <summary>What a worker is to be sent: items in sequence, and the call itself if it does not know it.</summary>
    private readonly record struct Chosen(Job Job, long First, int Count, bool WithCall);
}
