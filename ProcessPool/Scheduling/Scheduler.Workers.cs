using System.Runtime.CompilerServices;
using ProcessPool.Jobs;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// Handles what workers do: they start, report items, and give items back.
internal sealed partial class Scheduler
{
    /// <summary>How much private memory a worker may take.</summary>
    public long? MaxWorkerMemory => _options.MaxWorkerMemory;

    /// <summary>How long an encoded argument or result may be.</summary>
    public long? MaxValueBytes => _options.MaxValueBytes;

    /// <summary>The thread of a place asks what to do next.</summary>
    /// <returns>How long to wait before asking again, or zero to start a worker now; null if no worker will be started here any
    /// more.</returns>
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

    /// <summary>
    /// Whether a worker will be started in a place whose worker has ended, as far as that is known now: a closed pool may end, and
    /// work may come, at any moment.
    /// </summary>
    public bool WillStart(int id)
    {
        lock (_lock) return _state != PoolState.Ending && _failure is null && _places.WillStart(id, isWorkWaiting: _turns.Next() is not null);
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

    /// <summary>A starting worker begins a step. If the step takes too long, the worker is killed.</summary>
    /// <param name="lane">The worker.</param>
    /// <param name="limit">How long the step may take; null: no limit.</param>
    public void BeginStep(Lane lane, TimeSpan? limit)
    {
        if (limit is not { } time) return;
        lock (_lock)
        {
            lane.StartBy = _time.After(time);
            TickAtLocked(lane.StartBy);
        }
    }

    /// <summary>The step has ended, whether it succeeded or not.</summary>
    /// <returns>Whether it ended in time.</returns>
    public bool EndStep(Lane lane)
    {
        Plan plan = default;
        bool isInTime;
        lock (_lock)
        {
            // The alarm may be late.
            if (IsDueLocked(lane.StartBy, _time.GetTimestamp())) Leave(lane, LeaveReason.NotStarted, ref plan);
            lane.StartBy = long.MaxValue;
            isInTime = lane.KilledFor != LeaveReason.NotStarted;
        }

        CarryOut(plan);
        return isInTime;
    }

    /// <summary>
    /// A worker was greeted. It gets no items yet, but from now on receives the messages that go to all workers.
    /// </summary>
    /// <remarks>
    /// The worker may have been sent its initializer, which may refer to memory that was released since. So it is told of all
    /// memory that was released while it started.
    /// </remarks>
    public void Greeted(Lane lane)
    {
        long[] released;
        lock (_lock)
        {
            lane.IsGreeted = true;
            released = [.. lane.ReleasedMeanwhile];
            lane.ReleasedMeanwhile.Clear();
        }

        foreach (var id in released) lane.Link.ReleaseMemory(id);
    }

    /// <summary>A worker has sent its hello and was initialized.</summary>
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
                WatchNewLocked(lane, now);
            }

            AssertInvariants();
        }

        CarryOut(plan);
    }

    /// <summary>A worker failed to start. If none can start, the pool's calls fail with the reason.</summary>
    /// <param name="id">Its place.</param>
    /// <param name="lane">The worker, if there was a process.</param>
    /// <param name="reason">Why it failed to start.</param>
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

    /// <summary>
    /// A worker has reported items. Not inlined: otherwise the thread that reads from the worker would keep their calls alive.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Reported(Lane lane, Batch batch)
    {
        // Do this first, before anybody learns of the report and sends the worker more.
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
            lane.MakeProgress(now);
            lane.ItemsReported += batch.Items;
            lane.Items.OnReported(batch.Items);
            lane.Books.AddItems(batch.Items);
            _places.OnProgress(lane.Id);
            foreach (var (job, count, ended) in batch.Jobs)
            {
                job.WorkerTime += each * count;
                job.Pace.Observe(count, each * count);
                EndItemsLocked(job, ended);
                TryEnd(job, ref plan);
            }

            Admit(ref plan);
            if (lane.Items.Count == 0) BecomeEmpty(lane, now, ref plan);
            AssertInvariants();
        }

        foreach (var (job, _, _) in batch.Jobs) job.OnReported();
        CarryOut(plan);
        Pump(lane);
    }

    /// <summary>
    /// A worker has reported consecutive items. Takes those of one call, up to an item that ran for too long, which is taken alone.
    /// </summary>
    /// <inheritdoc cref="ItemTable.TakeReported"/>
    /// <param name="lane">The worker.</param>
    /// <param name="first">The sequence number of the first item.</param>
    /// <param name="keys">Receives the keys of as many items as it has room for.</param>
    /// <param name="job">The call.</param>
    public int TakeReported(Lane lane, long first, Span<long> keys, out Job job)
    {
        lock (_lock)
        {
            var late = lane.LateItem;
            if (late == first) keys = keys[..1];
            else if (late > first) keys = keys[..(int)Math.Min(keys.Length, late - first)];
            return lane.Items.TakeReported(first, keys, out job);
        }
    }

    /// <summary>An argument cannot be sent. Its item fails, and the others go on.</summary>
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

    /// <summary>A worker has given back items that it had not begun.</summary>
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
                PutBackLocked(job, key);
                TryEnd(job, ref plan);
            }

            if (lane.Items.Count == 0) BecomeEmpty(lane, _time.GetTimestamp(), ref plan);
            plan.MustKick = true;
            AssertInvariants();
        }

        CarryOut(plan);
    }

    /// <summary>The index in its call of an item that a worker has; null if it does not have it.</summary>
    public long? IndexOf(Lane lane, long sequence)
    {
        lock (_lock) return lane.Items.IndexOf(sequence);
    }

    /// <summary>
    /// Checks the memory of a new worker, because a worker that is too large before it has done anything always will be.
    /// </summary>
    /// <exception cref="WorkerStartException">It takes more memory than it may.</exception>
    public void CheckSize(Lane lane, int processId)
    {
        if (_options.MaxWorkerMemory is not { } limit || lane.Link.LookAtMemory() is not { } used || used <= limit) return;
        Leave(lane, LeaveReason.NotStarted);
        throw new WorkerStartException(
            $"Worker {lane.Id} (process {processId}) takes {WorkerMemoryException.MiB(used)} of private memory before its first item; "
            + $"the limit is {WorkerMemoryException.MiB(limit)} (PoolOptions.MaxWorkerMemory).");
    }
}
