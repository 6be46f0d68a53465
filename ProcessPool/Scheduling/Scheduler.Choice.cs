using System.Diagnostics;
using System.Runtime.CompilerServices;
using ProcessPool.Jobs;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Chooses items for workers and sends them.
internal sealed partial class Scheduler
{
    /// <summary>An item that runs for longer than this holds up the items behind it.</summary>
    private static readonly TimeSpan HoldsUp = TimeSpan.FromMilliseconds(2);

    /// <summary>The longest time that inputs which come quickly wait for more.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    /// <summary>A worker that begins nothing for this long has been stopped, or gets no processor time.</summary>
    private static readonly TimeSpan Stalls = TimeSpan.FromMilliseconds(100);

    /// <summary>Offers items to workers that have room, idle workers first.</summary>
    private void Kick()
    {
        // At most once per worker: the calling thread has other things to do, and reports of the workers keep them going.
        for (var left = Size; left > 0 && NextIdleLane() is { } lane; left--)
        {
            // Ignore the result: a worker that was just asked to end must not keep the others from getting items.
            Pump(lane, out _);
        }

        if (_options is { IdleTimeout: null, MinWorkers: null }) return;
        lock (_lock) WakeForWaitingLocked(idleLanes: 0);
    }

    private int CountIdleLanesLocked()
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        var count = 0;
        foreach (var lane in _lanes)
        {
            if (lane is { State: LaneState.Ready, IsDoomed: false, Items.Count: 0 }) count++;
        }

        return count;
    }

    /// <summary>Wakes as many idle places as there are items that wait.</summary>
    /// <param name="idleLanes">How many of these items workers will take that are idle now.</param>
    private void WakeForWaitingLocked(int idleLanes)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (!_places.AnyIdle) return;
        var waiting = 0L;
        foreach (var job in _jobs)
        {
            waiting += job.Ready;
            if (waiting >= Size + idleLanes) break;
        }

        _places.WakeIdle(waiting - idleLanes);
    }

    /// <summary>Sends a worker the items that it should have next, unless another thread is doing so.</summary>
    private void Pump(Lane lane)
    {
        Pump(lane, out var freed);

        // Workers that found nothing to do a moment ago may want the items that went back.
        if (freed) Kick();
    }

    /// <inheritdoc cref="Pump(Lane)"/>
    /// <param name="lane">The worker.</param>
    /// <param name="freed">Whether items went back to their call in the process.</param>
    /// <returns>Whether anything was sent.</returns>
    /// <remarks>Not inlined: otherwise the thread that reads from the worker would keep the chosen call, its inputs and its
    /// results alive while it waits.</remarks>
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

                // A window's worth is enough for now if the worker has anything: its next report leads here again. This is
                // checked under the lock, so that no report is missed whose thread found this thread pumping.
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

    /// <summary>Sends the chosen items. Only the thread that pumps the worker calls this.</summary>
    /// <returns>False if some of the items went back to their call.</returns>
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

    /// <summary>Takes back items that were chosen but not sent.</summary>
    private void TakeBackUnsent(Lane lane, in Dispatch chosen, int done, bool isLarge, ref Plan plan)
    {
        chosen.Job.HasLargeItems |= isLarge;
        for (var sequence = chosen.First + chosen.Count - 1; sequence >= chosen.First + done; sequence--)
        {
            if (lane.Items.TryWithdraw(sequence, out var job, out var key)) PutBackLocked(job, key);
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
                if (lane.State != LaneState.Ready || lane.IsDoomed || lane.IsPumped || !HasRoomLocked(lane, job)) continue;
                if (best is null || lane.Items.Count < best.Items.Count) best = lane;
                if (best.Items.Count == 0) break;
            }

            return best;
        }
    }

    private bool HasRoomLocked(Lane lane, Job job)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (LeftForLocked(lane) == 0) return false;
        if (lane.Items.Count == 0) return lane.Items.Room > 0;

        // A worker that runs a late item may have to be killed.
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
        if (lane.State != LaneState.Ready || lane.IsDoomed || LeftForLocked(lane) == 0 || NextFor(lane, ref plan, ref freed) is not { } job || !HasRoomLocked(lane, job)) return false;
        var needsIdleLane = NeedsIdleLane(lane, job);
        var most = 1;
        if (!needsIdleLane)
        {
            // Only a share, so that the last items of a call are spread over all workers.
            var share = Math.Max(job.Pace.WorthSending, job.Ready / (2 * _lanes.Count));
            most = Math.Min(Math.Min(WindowOf(lane, job) - lane.Items.Count, share), Math.Min(Math.Min(lane.Items.Room, LeftForLocked(lane)), _options.MaxChunk));
        }

        if (lane.Items.Count == 0)
        {
            lane.MakeProgress(_time.GetTimestamp());
            lane.Books.Enter(Stage.Working, lane.LastProgress);
        }

        lane.IsReserved = needsIdleLane;
        var count = job.Take(most, lane.Keys);
        if (count == 0) return false;
        var first = lane.Items.Give(job, lane.Keys.AsSpan(0, count));
        if (_places.AnyIdle) WakeForWaitingLocked(CountIdleLanesLocked());
        Turns.Took(job);
        WatchGivenLocked(job);
        if (_hungry) LookForHungryLanesLocked(lane);
        chosen = new Dispatch(job, first, count, lane.KnownCalls.Add(job.Call.Id), TakeEndedCallsLocked(lane));
        return true;
    }

    /// <summary>
    /// The call whose items a worker gets next. If there is none, items that wait behind another worker's item are taken back.
    /// </summary>
    private Job? NextFor(Lane lane, ref Plan plan, ref bool freed)
    {
        if (_turns.Next() is { } job) return job;

        // Set this before looking again: from now on, a thread that adds an input also kicks.
        _hungry = true;
        Interlocked.MemoryBarrier();
        foreach (var active in _jobs) _turns.Enqueue(active);
        job = _turns.Next();
        if (job is not null || lane.Items.Count > 0) return job;
        freed |= TakeBackFor(lane, ref plan);
        return _turns.Next();
    }

    /// <summary>
    /// Has idle workers look again soon, because this worker may be held up and nothing else would make them look.
    /// </summary>
    private void LookForHungryLanesLocked(Lane lane)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        var anyIdle = _lanes.Exists(static other => other.State == LaneState.Ready && other.Items.Count == 0);
        if (anyIdle) LookAgainInLocked(lane.Items.Count > 1 ? HoldsUp : Stalls);
        _hungry = anyIdle || _places.AnyIdle;
    }
}
