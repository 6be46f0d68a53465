using System.Diagnostics;
using System.Runtime.CompilerServices;
using ProcessPool.Jobs;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// What workers do: they start, report items, give items back, and die.
internal sealed partial class Scheduler
{
    /// <summary>An item was on its way to so many workers that died before they began anything: it has killed them, whatever its call says.</summary>
    private const int LeastUnbegunDeaths = 3;

    /// <summary>How much private memory a worker may take.</summary>
    public long? MaxWorkerMemory => _options.MaxWorkerMemory;

    /// <summary>How long an encoded argument or result may be.</summary>
    public long? MaxValueBytes => _options.MaxValueBytes;

    /// <summary>The thread of a place asks what to do next.</summary>
    /// <returns>How long to wait before it asks again, or zero to start a worker; null if no worker is started here any more.</returns>
    /// <inheritdoc cref="Places.AskForStart"/>
    public TimeSpan? AskForStart(int id, Action wake)
    {
        lock (_lock)
        {
            if (_state == PoolState.Ending || _failure is not null) return null;
            var wait = _places.AskForStart(id, isWorkWaiting: _turns.Next() is not null, wake);
            if (wait == Timeout.InfiniteTimeSpan) _hungry = true;
            return wait;
        }
    }

    /// <summary>The process of a worker was started.</summary>
    public void Starting(Lane lane)
    {
        Plan plan = default;
        lock (_lock)
        {
            _starting.Add(lane);
            if (_state == PoolState.Ending) Leave(lane, LeaveReason.Terminated, ref plan);
        }

        CarryOut(plan);
    }

    /// <summary>A worker that starts takes the next step, and is killed if that takes too long.</summary>
    /// <param name="lane">The worker.</param>
    /// <param name="limit">How long it may take; null: for ever.</param>
    public void BeginStep(Lane lane, TimeSpan? limit)
    {
        if (limit is not { } time) return;
        lock (_lock)
        {
            lane.StartBy = _time.After(time);
            TickAt(lane.StartBy);
        }
    }

    /// <summary>The step is over, whether it succeeded or not.</summary>
    /// <returns>Whether in time.</returns>
    public bool EndStep(Lane lane)
    {
        lock (_lock)
        {
            lane.StartBy = long.MaxValue;
            return lane.KilledFor != LeaveReason.NotStarted;
        }
    }

    /// <summary>A worker was greeted. It gets no items yet, but hears of what all workers hear.</summary>
    public void Greeted(Lane lane)
    {
        lock (_lock) lane.IsGreeted = true;
    }

    /// <summary>A worker has said hello, and was initialized.</summary>
    public void Ready(Lane lane)
    {
        Plan plan = default;
        lock (_lock)
        {
            _starting.Remove(lane);
            _lanes.Add(lane);
            if (lane.State == LaneState.Starting)
            {
                var now = _time.GetTimestamp();
                lane.BecomeReady(now);
                lane.Books.Enter(Stage.Waiting);
                _places.OnReady(lane.Id);
                if (_places.IsSurplus(lane.Id)) Leave(lane, LeaveReason.Surplus, ref plan);
                else plan.Pump(lane);
                WatchNew(lane, now);
            }

            AssertInvariants();
        }

        CarryOut(plan);
    }

    /// <summary>A worker did not start. If none does, the pool's calls fail with the reason.</summary>
    /// <param name="id">Its place.</param>
    /// <param name="lane">The worker, if there was a process.</param>
    /// <param name="reason">Why.</param>
    public void StartFailed(int id, Lane? lane, WorkerStartException reason)
    {
        bool isHopeless;
        lock (_lock)
        {
            if (lane is not null)
            {
                _starting.Remove(lane);
                lane.TryLeave(LeaveReason.NotStarted);
                lane.BecomeGone();
            }

            isHopeless = _places.OnStartFailed(id, reason.IsLasting, anyRuns: _lanes.Count > 0);
        }

        if (isHopeless) GiveUp(reason);
    }

    /// <summary>A worker has reported some items. Not inlined: the thread that reads from the worker would hold on to their calls.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Reported(Lane lane, Batch batch)
    {
        // Before anybody hears of what it reported, and sends it more.
        if (WornOutBy(lane, batch) is { } reason) Leave(lane, reason);
        foreach (var (job, key, failure, run) in batch.Failures)
        {
            if (TryDelay(job, key, failure, run)) batch.Remove(job);
            else if (job.SetFailure(key, failure, run)) StopItems(job, failure);
        }

        Plan plan = default;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var each = (now - lane.LastProgress) / batch.Items;
            lane.LastProgress = now;
            lane.ItemsReported += batch.Items;
            lane.Items.OnReported(batch.Items);
            lane.Books.AddItems(batch.Items);
            _places.OnProgress(lane.Id);
            foreach (var (job, count, ended) in batch.Jobs)
            {
                job.WorkerTime += each * count;
                job.Pace.Observe(count, each * count);
                job.Items.End(ended);
                TryEnd(job, ref plan);
            }

            if (lane.Items.Count == 0) BecomeEmpty(lane, now, ref plan);
            AssertInvariants();
        }

        foreach (var (job, _, _) in batch.Jobs) job.OnReported();
        CarryOut(plan);
        Pump(lane);
    }

    /// <summary>An argument cannot be sent: its item fails, the others go on.</summary>
    public void Refused(Lane lane, long sequence, Exception reason)
    {
        Job job;
        long key;
        lock (_lock)
        {
            if (!lane.Items.TryRemove(sequence, out job, out key)) return;
        }

        Fail(job, key, reason, ItemRun.None);
    }

    /// <summary>A worker has given items back that it had not begun.</summary>
    public void Revoked(Lane lane, List<long> sequences)
    {
        Plan plan = default;
        lock (_lock)
        {
            lane.IsAskedBack = false;
            foreach (var sequence in sequences)
            {
                if (!lane.Items.TryRemove(sequence, out var job, out var key)) continue;
                if (job is { State: JobState.Active, PendingReason: not null }) job.Drain();
                PutBack(job, key);
                TryEnd(job, ref plan);
            }

            if (lane.Items.Count == 0) BecomeEmpty(lane, _time.GetTimestamp(), ref plan);
            plan.MustKick = true;
            AssertInvariants();
        }

        CarryOut(plan);
    }

    /// <summary>A worker is dead and all that it said was read: what it had is blamed, or goes elsewhere.</summary>
    public void Died(Lane lane)
    {
        Plan plan = default;
        List<(Job Job, long Key, long Sequence, bool WasBegun)> lost = [];
        bool isHopeless;
        lock (_lock)
        {
            var wasReady = lane.State == LaneState.Ready;
            lane.BecomeGone();
            _lanes.Remove(lane);
            var sequences = lane.Items.Sequences();
            var anyBegun = false;
            for (var i = sequences.Count - 1; i >= 0; i--)
            {
                var isOldest = i == 0;
                var wasBegun = lane.Items.WasClaimed(sequences[i], isOldest);
                if (!lane.Items.TryRemove(sequences[i], out var job, out var key)) continue;
                anyBegun |= wasBegun;
                if (IsLost(lane, sequences[i], job, key, wasBegun, isSuspect: isOldest && wasReady && !anyBegun)) lost.Add((job, key, sequences[i], wasBegun));
                else TryEnd(job, ref plan);
            }

            isHopeless = _places.OnDied(lane, anyBegun, _lanes);
            plan.MustKick = true;
            AssertInvariants();
        }

        foreach (var (job, key, sequence, wasBegun) in lost)
        {
            var run = new ItemRun(lane.Id, job.Items.AttemptsOf(key), lane.Link.RanFor(sequence) ?? TimeSpan.Zero);
            Fail(job, key, lane.Link.Blame(job, sequence, wasBegun, job.IndexOf(key), run), run);
        }

        if (isHopeless) GiveUp(lane.Link.DescribeEarlyDeath());
        CarryOut(plan);
    }

    /// <summary>The index in its call of an item that a worker has; null if it does not have it.</summary>
    public long? IndexOf(Lane lane, long sequence)
    {
        lock (_lock) return lane.Items.IndexOf(sequence);
    }

    /// <summary>A worker that is too large before it has done anything always will be.</summary>
    /// <exception cref="WorkerStartException">It takes more memory than it may.</exception>
    public void CheckSize(Lane lane, int processId)
    {
        if (_options.MaxWorkerMemory is not { } limit || lane.Link.LookAtMemory() is not { } used || used <= limit) return;
        Leave(lane, LeaveReason.NotStarted);
        throw new WorkerStartException(
            $"Worker {lane.Id} (process {processId}) takes {WorkerMemoryException.MiB(used)} of private memory before its first item; "
            + $"it may take {WorkerMemoryException.MiB(limit)} (PoolOptions.MaxWorkerMemory).");
    }

    /// <summary>A worker is to end. Any thread, without the lock.</summary>
    public void Leave(Lane lane, LeaveReason reason)
    {
        Plan plan = default;
        lock (_lock) Leave(lane, reason, ref plan);
        CarryOut(plan);
    }

    /// <summary>A worker is to end: it gets no more items, and what it has not begun goes elsewhere.</summary>
    private bool Leave(Lane lane, LeaveReason reason, ref Plan plan)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        var wasStarting = lane.State == LaneState.Starting;
        if (!lane.TryLeave(reason)) return false;
        var count = lane.Items.Count;
        TakeBackUnbegun(lane);
        if (count > 0) plan.MustKick = true;

        // One that is starting has nothing to finish.
        if (wasStarting) lane.TryLeave(LeaveReason.NotStarted);
        if (lane.KilledFor is not null) plan.Kill(lane);
        else if (lane.Items.Count > 0 && !lane.Items.HasPage) AskAllBack(lane, ref plan);
        else AskToEndIfEmpty(lane, ref plan);
        return true;
    }

    /// <summary>A worker has no items any more.</summary>
    private void BecomeEmpty(Lane lane, long now, ref Plan plan)
    {
        lane.BecomeEmpty(now);
        if (_options.IdleTimeout is not null) WatchIdle(now);
        AskToEndIfEmpty(lane, ref plan);
    }

    /// <summary>
    /// A worker that may run no more items is asked to end when it has none. It may still run the finalizer, dispose of its state, and finish what
    /// user code does at the exit of a process; not for ever.
    /// </summary>
    private void AskToEndIfEmpty(Lane lane, ref Plan plan)
    {
        if (lane.Items.Count > 0 || lane.CallBeingSent is not null) return;
        if (lane.State == LaneState.Ready && LeftFor(lane) == 0) lane.TryLeave(LeaveReason.Recycled);
        if (lane.State != LaneState.Leaving || lane.KilledFor is not null || lane.WasAsked) return;
        lane.WasAsked = true;
        lane.EndBy = _time.After(_options.ShutdownTimeout);
        TickAt(lane.EndBy);
        plan.Shutdown(lane);
    }

    /// <summary>How many more items a worker may be given.</summary>
    private int LeftFor(Lane lane) =>
        _options.RecycleAfter is { } most ? (int)Math.Max(0, most - lane.ItemsReported - lane.Items.Count) : int.MaxValue;

    /// <summary>Why a worker is to be replaced that has just reported; null if it is not.</summary>
    private LeaveReason? WornOutBy(Lane lane, Batch batch)
    {
        if (batch.RanOutOfMemory) return LeaveReason.HeapExhausted;
        return _options.RecycleAboveMemory is { } most && lane.Link.LookAtMemoryNowAndThen() > most ? LeaveReason.Grown : null;
    }

    /// <summary>
    /// What becomes of an item that a dead worker had. One that it had begun was tried in vain. If it had begun nothing, the oldest is suspected: it
    /// is tried alone, and more than once in any case, because what killed the worker may have come from outside. All others go back.
    /// </summary>
    /// <returns>Whether the item has failed; otherwise it waits again.</returns>
    private bool IsLost(Lane lane, long sequence, Job job, long key, bool wasBegun, bool isSuspect)
    {
        if (!wasBegun && !isSuspect)
        {
            PutBack(job, key);
            return false;
        }

        var attempts = job.Items.CountAttempt(key);
        var most = wasBegun ? job.MaxAttempts : Math.Max(LeastUnbegunDeaths, job.MaxAttempts);
        if (attempts >= most) return true;
        if (wasBegun && (lane.Link.DiedOfMemory || sequence == lane.LateItem || job.State != JobState.Active)) return true;
        PutBack(job, key);
        return false;
    }

    /// <summary>
    /// An item has failed without a report of its worker. It still counts as given until its failure is known,
    /// so that the call cannot end as a success in between.
    /// </summary>
    private void Fail(Job job, long key, Exception failure, in ItemRun run)
    {
        if (TryDelay(job, key, failure, run)) return;
        if (job.SetFailure(key, failure, run)) StopItems(job, failure);
        Plan plan = default;
        lock (_lock)
        {
            job.Items.End(1);
            TryEnd(job, ref plan);
        }

        job.OnReported();
        CarryOut(plan);
    }
}
