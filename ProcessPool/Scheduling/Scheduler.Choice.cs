using System.Diagnostics;
using System.Runtime.CompilerServices;
using ProcessPool.Jobs;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Choosing items for a worker, and sending them.
internal sealed partial class Scheduler
{
    /// <summary>An item that runs for longer than this holds up what is behind it.</summary>
    private static readonly TimeSpan HoldsUp = TimeSpan.FromMilliseconds(2);

    /// <summary>A worker that begins nothing for so long is stopped, or gets no processor.</summary>
    private static readonly TimeSpan Stalls = TimeSpan.FromMilliseconds(100);

    /// <summary>There may be something to start for workers that have room: those without anything to do first.</summary>
    private void Kick()
    {
        // Once for each worker at most: whoever calls has other things to do, and what workers report makes them go on.
        for (var left = Size; left > 0 && NextIdleLane() is { } lane; left--)
        {
            // One that is no longer to be had, as it was just asked to end, keeps nobody from the others.
            Pump(lane, out _);
        }

        if (_options.IdleTimeout is null) return;
        lock (_lock)
        {
            if (_places.AnyIdle && _turns.Next() is { } job) _places.WakeIdle(job.Ready);
        }
    }

    /// <summary>Sends a worker what it should have next, if no other thread is at it.</summary>
    private void Pump(Lane lane)
    {
        Pump(lane, out var freed);

        // Items that were another's a moment ago: workers that had found nothing may want them.
        if (freed) Kick();
    }

    /// <inheritdoc cref="Pump(Lane)"/>
    /// <param name="lane">The worker.</param>
    /// <param name="freed">Whether items went back to their call on the way.</param>
    /// <returns>Whether it was sent anything.</returns>
    /// <remarks>Not inlined: the thread that waits for what the worker says would hold on to the call chosen here, its inputs and its results.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Pump(Lane lane, out bool freed)
    {
        var sent = 0;
        freed = false;
        Dispatch chosen = default;
        while (true)
        {
            Plan plan = default;
            bool any;
            lock (_lock)
            {
                if (sent == 0 && lane.IsPumped) return false;

                // A window's worth is enough for now, if it has anything: its next report brings it here again. Looked at
                // under the lock, so that a report in the meantime, whose thread found this one at it, is not missed.
                var enough = lane.Items.Count > 0 && sent > 0 && sent >= chosen.Job.Pace.Window;
                any = !enough && TryChoose(lane, out chosen, ref plan, ref freed);
                lane.IsPumped = any;
                if (any) lane.CallBeingSent = chosen.Job.Call.Id;
            }

            CarryOut(plan);
            if (!any) return sent > 0;
            sent += chosen.Count;
            freed |= !Send(lane, chosen);
        }
    }

    /// <summary>Sends what was chosen; the worker is this thread's to send items to.</summary>
    /// <returns>False if some of it went back to its call.</returns>
    private bool Send(Lane lane, in Dispatch chosen)
    {
        var (done, isLarge) = lane.Link.Send(chosen);
        Plan plan = default;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            lane.CallBeingSent = null;
            lane.LastSent = now;
            if (done < chosen.Count) TakeBackUnsent(lane, chosen, done, isLarge, ref plan);
            if (lane.Items.Count == 0) BecomeEmpty(lane, now, ref plan);
        }

        if (chosen.Job is { State: JobState.Ended, Call.IsLarge: true }) TellEndedCalls();
        CarryOut(plan);
        return done == chosen.Count;
    }

    /// <summary>Items that were chosen are not sent now after all.</summary>
    private void TakeBackUnsent(Lane lane, in Dispatch chosen, int done, bool isLarge, ref Plan plan)
    {
        chosen.Job.HasLargeItems |= isLarge;
        for (var sequence = chosen.First + chosen.Count - 1; sequence >= chosen.First + done; sequence--)
        {
            if (lane.Items.TryWithdraw(sequence, out var job, out var key)) PutBack(job, key);
        }

        TryEnd(chosen.Job, ref plan);
    }

    private Lane? NextIdleLane()
    {
        lock (_lock)
        {
            if (_turns.Next() is not { } job) return null;
            Lane? best = null;
            foreach (var lane in _lanes)
            {
                if (lane.State != LaneState.Ready || lane.IsDoomed || lane.IsPumped || !HasRoom(lane, job)) continue;
                if (best is null || lane.Items.Count < best.Items.Count) best = lane;
                if (best.Items.Count == 0) break;
            }

            return best;
        }
    }

    private bool HasRoom(Lane lane, Job job)
    {
        if (LeftFor(lane) == 0) return false;
        if (lane.Items.Count == 0) return lane.Items.Room > 0;

        // One that runs a late item may have to be killed for it.
        if (lane.IsReserved || lane.Items.Has(lane.LateItem) || NeedsIdleLane(lane, job)) return false;
        var window = WindowOf(lane, job);
        return lane.Items.Count <= window / 2 && lane.Items.Room > window;
    }

    /// <summary>How many items of a call a worker may have.</summary>
    private static int WindowOf(Lane lane, Job job) => job.Pace.Window * lane.Capacity;

    private static bool NeedsIdleLane(Lane lane, Job job) =>
        job.NeedsIdleWorker || (job.Call.IsLarge && !lane.KnownCalls.Contains(job.Call.Id));

    private bool TryChoose(Lane lane, out Dispatch chosen, ref Plan plan, ref bool freed)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        chosen = default;
        if (lane.State != LaneState.Ready || lane.IsDoomed || LeftFor(lane) == 0 || NextFor(lane, ref plan, ref freed) is not { } job || !HasRoom(lane, job)) return false;
        var needsIdleLane = NeedsIdleLane(lane, job);
        var most = 1;
        if (!needsIdleLane)
        {
            // A share, so that the last items of a call are spread over all workers.
            var share = Math.Max(1, job.Ready / (2 * _lanes.Count));
            most = Math.Min(Math.Min(WindowOf(lane, job) - lane.Items.Count, share), Math.Min(Math.Min(lane.Items.Room, LeftFor(lane)), _options.MaxChunk));
        }

        if (lane.Items.Count == 0)
        {
            lane.LastProgress = _time.GetTimestamp();
            lane.Books.Enter(Stage.Working, lane.LastProgress);
        }

        lane.IsReserved = needsIdleLane;
        var count = job.Take(most, lane.Keys);
        if (count == 0) return false;
        var first = lane.Items.Give(job, lane.Keys.AsSpan(0, count));
        if (_places.AnyIdle) _places.WakeIdle(job.Ready);
        _turns.Took(job);
        WatchGiven(job);
        if (_hungry) LookForHungryLanes(lane);
        chosen = new Dispatch(job, first, count, lane.KnownCalls.Add(job.Call.Id), TakeEndedCalls(lane));
        return true;
    }

    /// <summary>The call that a worker is to have items of next: perhaps those that wait behind another worker's item.</summary>
    private Job? NextFor(Lane lane, ref Plan plan, ref bool freed)
    {
        if (_turns.Next() is { } job) return job;

        // Said before looking again: an input that is added from now on comes with a kick.
        _hungry = true;
        Interlocked.MemoryBarrier();
        foreach (var active in _jobs) _turns.Enqueue(active);
        job = _turns.Next();
        if (job is not null || lane.Items.Count > 0) return job;
        freed |= TakeBackFor(lane, ref plan);
        return _turns.Next();
    }

    /// <summary>Another worker has nothing to do while this one may be held up: nobody else asks it to look.</summary>
    private void LookForHungryLanes(Lane lane)
    {
        var anyIdle = _lanes.Exists(static other => other.State == LaneState.Ready && other.Items.Count == 0);
        if (anyIdle) LookAgainIn(lane.Items.Count > 1 ? HoldsUp : Stalls);
        _hungry = anyIdle || _places.AnyIdle;
    }
}
