using System.Diagnostics;
using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

/// <summary>
/// Decides which worker gets which items, when a worker ends, and when a call does. All its state is guarded by one lock, which is held only
/// briefly: under it the scheduler decides, and leaves a plan; what the plan says is done without it.
/// </summary>
/// <remarks>
/// <code>
///   caller ──Start──► calls ──► [Choose] ──► items ──► link ══stdin══► worker
///                      ▲          ▲                                     │
///                      │          └──── Pump ◄── Reported ◄── reader ◄══stdout══
///                      └── taken back: from a busy worker for an idle one, from a dead one, from a stopped call
/// </code>
/// <para>
/// No thread waits in here. Whoever makes a worker ready for more (the caller that starts a call, the thread that read a worker's reports, the
/// thread that found a worker dead) pumps it: it chooses and sends until the worker has enough.
/// </para>
/// <para>
/// The scheduler knows no processes, pipes or clocks: workers are reached through <see cref="IWorkerLink"/>, and <see cref="Tick"/> is called
/// when it is time. Methods that take a <see cref="Plan"/> by reference are called under the lock.
/// </para>
/// </remarks>
internal sealed partial class Scheduler
{
    private readonly PoolOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<long> _wakeAt;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Turns _turns = new();
    private readonly Places _places;

    /// <summary>Workers that are ready, or leave.</summary>
    private readonly List<Lane> _lanes = [];

    /// <summary>Workers that are starting.</summary>
    private readonly List<Lane> _starting = [];

    private readonly HashSet<Job> _jobs = [];

    /// <summary>Calls that have ended, and are told so only once the caller has taken what their items reported.</summary>
    private readonly HashSet<Job> _concluding = [];

    private PoolState _state;
    private WorkerStartException? _failure;

    /// <summary>Some worker has asked for items and got none, or rests: whoever adds an input must call <see cref="InputChanged"/>.</summary>
    private volatile bool _hungry = true;

    /// <param name="options">The pool's.</param>
    /// <param name="time">The clock. Its timers are not used.</param>
    /// <param name="wakeAt">Called when <see cref="Tick"/> is to be called at a timestamp of the clock, or before.</param>
    public Scheduler(PoolOptions options, TimeProvider time, Action<long> wakeAt)
    {
        _options = options;
        _time = time;
        _wakeAt = wakeAt;
        _places = new Places(time);
        _places.SetSize(options.Workers);
    }

    /// <inheritdoc cref="_hungry"/>
    public bool IsHungry => _hungry;

    public bool IsOpen
    {
        get
        {
            lock (_lock) return _state == PoolState.Open;
        }
    }

    /// <inheritdoc cref="Places.Size"/>
    public int Size => _places.Size;

    /// <inheritdoc cref="Places.AllReady"/>
    public Task AllReady => _places.AllReady;

    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="WorkerStartException">No worker of this pool can be started.</exception>
    public void CheckOpen()
    {
        lock (_lock) CheckOpenLocked();
    }

    /// <summary>Starts a call. The thread that calls this encodes and sends the first items itself.</summary>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="WorkerStartException">No worker of this pool can be started.</exception>
    public void Start(Job job)
    {
        Plan plan = default;
        lock (_lock)
        {
            CheckOpenLocked();
            _jobs.Add(job);
            _turns.Join(job);
            if (!TryEnd(job, ref plan))
            {
                plan.MustKick = true;
                if (job.Options.Timeout is { } limit) EndBy(job, limit);
            }
        }

        CarryOut(plan);
    }

    /// <summary>An input was added, or a result was consumed: the call may have ended, or have more to start.</summary>
    public void InputChanged(Job job)
    {
        Plan plan = default;
        lock (_lock)
        {
            _turns.Enqueue(job);
            if (!TryEnd(job, ref plan)) plan.MustKick = true;
        }

        CarryOut(plan);
    }

    /// <summary>
    /// Stops a call: what has not been begun never is, the tokens of running items fire, and after the kill delay the
    /// workers of those that still run are killed. The call ends when none runs.
    /// </summary>
    public void Stop(Job job, Exception reason)
    {
        StopItems(job, reason);
        job.DropReports();
    }

    /// <summary>No new calls; when those under way are done, the workers are asked to end.</summary>
    /// <param name="cancelPending">Whether to stop those of which something has not been begun.</param>
    public void Close(bool cancelPending = false)
    {
        Plan plan = default;
        lock (_lock)
        {
            if (_state == PoolState.Open) _state = PoolState.Closing;
            if (cancelPending)
            {
                foreach (var job in _jobs.ToArray())
                {
                    const string message = "The pool was closed before all items of the call had started (Pool.Close).";
                    StopPending(job, new PoolTerminatedException(message), ref plan);
                }
            }

            EndIfDone(ref plan);
        }

        CarryOut(plan);
    }

    /// <summary>As <see cref="Close"/>. Calls that go on only as long as somebody reads their results are stopped: nobody may ever read on.</summary>
    public void CloseForDispose()
    {
        Close();
        Job[] jobs;
        lock (_lock) jobs = [.. _jobs, .. _concluding];
        foreach (var job in jobs)
        {
            const string message = "The pool was disposed of before the call finished (PoolOptions.CancelOnDispose).";
            if (_options.CancelOnDispose) Stop(job, new PoolTerminatedException(message));
            else if (job.IsStream) Stop(job, new ObjectDisposedException(nameof(Pool)));
        }
    }

    /// <summary>Ends all calls now, and kills all workers.</summary>
    public void Terminate()
    {
        Plan plan = default;
        Job[] unheard;
        lock (_lock)
        {
            unheard = [.. _jobs, .. _concluding];
            End(LeaveReason.Terminated, "terminated", ref plan);
            foreach (var job in _jobs.ToArray())
            {
                if (job.State != JobState.Ended) job.Stop(job.StopReason ?? new PoolTerminatedException());
                TryEnd(job, ref plan);
            }

            AssertInvariants();
        }

        foreach (var job in unheard) job.DropReports();
        CarryOut(plan);
    }

    /// <summary>From now on there are to be so many workers; there are places for them.</summary>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="WorkerStartException">No worker of this pool can be started.</exception>
    public void Resize(int size)
    {
        Plan plan = default;
        lock (_lock)
        {
            CheckOpenLocked();
            _places.SetSize(size);
            foreach (var lane in _lanes)
            {
                if (_places.IsSurplus(lane.Id)) Leave(lane, LeaveReason.Surplus, ref plan);
            }

            AssertInvariants();
        }

        CarryOut(plan);
    }

    /// <summary>
    /// Tells all workers that shared memory is gone. Those too that were never told of it: to know who was would cost more
    /// than the few bytes. It comes behind whatever they were sent before, and what is sent after it finds the memory gone.
    /// </summary>
    public void ReleaseMemory(long id)
    {
        Lane[] lanes;
        lock (_lock) lanes = [.. _lanes, .. _starting.Where(static lane => lane.IsGreeted)];
        foreach (var lane in lanes) lane.Link.ReleaseMemory(id);
    }

    private void CheckOpenLocked()
    {
        const string closed = "The pool was closed (Close, Terminate or Dispose) and accepts no more calls.";
        if (_state != PoolState.Open) throw new ObjectDisposedException(nameof(Pool), closed);
        if (_failure is not null) throw _failure.Again();
    }

    /// <summary>As <see cref="Stop"/> where the call has failed by itself: what its items have reported until then is not lost.</summary>
    private void StopItems(Job job, Exception reason)
    {
        Plan plan = default;
        lock (_lock) StopItems(job, reason, ref plan);
        CarryOut(plan);
    }

    private void StopItems(Job job, Exception reason, ref Plan plan)
    {
        if (job.State >= JobState.Stopping) return;
        var running = TakeBackAll(job);
        job.Stop(reason);

        // Workers may have nothing to do now. And the call may stand in the queue, where nobody might look for long: a pool that was dropped is
        // not found as long as one of its calls is held.
        plan.MustKick = true;
        if (TryEnd(job, ref plan)) return;
        HashSet<Lane> asked = [];
        foreach (var (lane, sequence) in running) plan.Cancel(lane, sequence, askBack: !lane.Items.HasPage && asked.Add(lane));
        if (_options.KillDelay == TimeSpan.Zero) KillWorkersOf(job, ref plan);
        else KillAfterDelay(job);
    }

    /// <summary>
    /// What has not been begun of a call never is, and then the call fails; what runs goes on. A call all of whose items have begun is left
    /// alone. Without a page, a worker's only item counts as begun when it was sent; of more, it gives back what it has not begun.
    /// </summary>
    private void StopPending(Job job, Exception reason, ref Plan plan)
    {
        if (job.State != JobState.Active) return;
        HashSet<Lane> running = [.. TakeBackAll(job).Select(static item => item.Lane)];
        plan.MustKick = true;
        foreach (var lane in running)
        {
            if (!lane.Items.HasPage && lane.Items.Count > 1) AskAllBack(lane, ref plan);
        }

        job.PendingReason = reason;
        if (job.IsExhausted && job.Items.Delayed == 0) return;
        job.Drain();
        TryEnd(job, ref plan);
    }

    /// <summary>Kills the workers in which items of a call still run; other items that those workers have go elsewhere.</summary>
    private void KillWorkersOf(Job job, ref Plan plan)
    {
        foreach (var lane in _lanes)
        {
            if (lane.Items.CountOf(job) == 0) continue;

            // With nothing left to begin, what still runs is this call's, or nothing is.
            TakeBackUnbegun(lane);
            if (lane.Items.CountOf(job) > 0) Leave(lane, LeaveReason.CallStopped, ref plan);
        }

        plan.MustKick = true;
    }

    /// <summary>Does what was decided. Without the lock.</summary>
    private void CarryOut(in Plan plan)
    {
        if (plan.Steps is { } steps)
        {
            foreach (var step in steps) Do(step);
        }

        if (plan.MustKick) Kick();
    }

    private void Do(in Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Kill:
                step.Lane!.Link.Kill();
                break;
            case StepKind.Shutdown:
                step.Lane!.Link.Shutdown();
                break;
            case StepKind.Cancel or StepKind.AskBackAndCancel:
                step.Lane!.Link.Cancel(step.Number, askBack: step.Kind == StepKind.AskBackAndCancel);
                break;
            case StepKind.AskBack:
                step.Lane!.Link.AskBack((int)step.Number);
                break;
            case StepKind.Pump:
                Pump(step.Lane!);
                break;
            case StepKind.Finish:
                Finish(step.Job!);
                break;
            case StepKind.TimeOut:
                Stop(step.Job!, step.Job!.TooLate(step.Number));
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>A pool's way from open to gone.</summary>
    private enum PoolState
    {
        Open,

        /// <summary>No new calls; those under way are finished.</summary>
        Closing,

        /// <summary>No calls; workers are ending.</summary>
        Ending,
    }
}
