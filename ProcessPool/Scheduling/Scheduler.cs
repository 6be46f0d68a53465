using System.Diagnostics;
using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

/// <summary>
/// Decides which worker gets which items, when a worker ends, and when a call ends. One lock guards all state and is held only
/// briefly: the scheduler decides under the lock and writes a plan, which is carried out without the lock.
/// </summary>
/// <remarks>
/// <code>
///   caller ──Start──► calls ──► [Choose] ──► items ──► link ══stdin══► worker
///                      ▲          ▲                                     │
///                      │          └──── Pump ◄── Reported ◄── reader ◄══stdout══
///                      └── taken back: from a busy worker for an idle one, from a dead one, from a stopped call
/// </code>
/// <para>
/// No thread waits in here. The thread that makes a worker ready for more items (the caller that starts a call, the thread that
/// reads a worker's reports, the thread that finds a worker dead) pumps the worker: it chooses and sends items until the worker
/// has enough.
/// </para>
/// <para>
/// The scheduler knows nothing about processes, pipes and timers. It reaches workers through <see cref="IWorkerLink"/>, and its
/// owner calls <see cref="Tick"/> when it is time. Methods that take a <see cref="Plan"/> by reference, and methods whose names end
/// in <c>Locked</c>, are called under the lock. The others are called without it.
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

    /// <summary>Workers that are ready or leaving.</summary>
    private readonly List<Lane> _lanes = [];

    /// <summary>Workers that are starting.</summary>
    private readonly List<Lane> _starting = [];

    private readonly HashSet<Job> _jobs = [];

    /// <summary>
    /// Calls that have ended and are not complete for their callers yet: the thread that ended one has yet to tell, or the
    /// caller's objects have yet to receive progress reports of its items.
    /// </summary>
    private readonly HashSet<Job> _concluding = [];

    /// <summary>The pool has ended, and all calls are complete.</summary>
    private readonly ManualResetEventSlim _allConcluded = new();

    private PoolState _state;
    private WorkerStartException? _failure;

    /// <summary>
    /// Some worker asked for items and got none, or a place is idle. A thread that adds an input must call
    /// <see cref="InputChanged"/>.
    /// </summary>
    private volatile bool _hungry = true;

    /// <param name="options">The options of the pool.</param>
    /// <param name="time">The clock. Its timers are not used.</param>
    /// <param name="wakeAt">Requests a call of <see cref="Tick"/> at a timestamp of the clock, or earlier.</param>
    public Scheduler(PoolOptions options, TimeProvider time, Action<long> wakeAt)
    {
        _options = options;
        _time = time;
        _wakeAt = wakeAt;
        _places = new Places(time, options.MinWorkers);
        _admission = options.MaxWaitingItems is { } most ? new Admission(most) : null;
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

    /// <inheritdoc cref="TryStart"/>
    public void Start(Job job) => TryStart(job, canWait: true);

    /// <summary>
    /// Starts a call, or lets it wait until the pool has room. The calling thread encodes and sends the first items itself.
    /// </summary>
    /// <param name="job">The call.</param>
    /// <param name="canWait">Whether it may wait if the pool is full. If not, it is refused.</param>
    /// <returns>Why the call was refused; null if it was not.</returns>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="WorkerStartException">No worker of this pool can be started.</exception>
    public PoolFullException? TryStart(Job job, bool canWait)
    {
        Plan plan = default;
        lock (_lock)
        {
            CheckOpenLocked();
            _admission?.Add(job);
            Admit(ref plan);
            if (!job.IsAdmitted && !canWait)
            {
                _admission!.OnCallEnded(job);
                return new PoolFullException(_admission.Waiting(Size), _options.MaxWaitingItems!.Value, job.Total!.Value);
            }

            _jobs.Add(job);
            if (_admission is null || job.IsStream) _turns.Join(job);
            if (!TryEnd(job, ref plan))
            {
                plan.MustKick = true;
                if (job.Options.Timeout is { } limit) EndByLocked(job, limit);
            }
        }

        CarryOut(plan);
        return null;
    }

    /// <summary>An input was added, or the input has ended: the call may have more to start, or may have ended.</summary>
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
    /// Has workers that wait for items look again soon. <see cref="InputChanged"/> makes them look at once.
    /// </summary>
    /// <returns>False if a place is idle, which only that wakes.</returns>
    public bool TryLookSoon()
    {
        lock (_lock)
        {
            if (_places.AnyIdle) return false;
            LookAgainInLocked(Soon);
            return true;
        }
    }

    /// <summary>Refuses new calls. When the calls under way have ended, the workers are asked to end.</summary>
    /// <param name="cancelPending">Whether to stop calls that have items that have not begun.</param>
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

            Admit(ref plan);
            EndIfDone(ref plan);
        }

        CarryOut(plan);
    }

    /// <summary>
    /// Like <see cref="Close"/>, but stops streams, because they go on only while somebody reads their results, and nobody may.
    /// With <see cref="PoolOptions.CancelOnDispose"/>, stops all calls.
    /// </summary>
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

    /// <summary>Ends all calls and kills all workers now.</summary>
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

            Admit(ref plan);
            AssertInvariants();
        }

        foreach (var job in unheard) job.DropReports();
        CarryOut(plan);
    }

    /// <summary>Changes the number of workers. Their places must exist.</summary>
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

            // New places may be idle until there is work, and there may be some.
            _hungry = true;
            plan.MustKick = true;
            Admit(ref plan);
            AssertInvariants();
        }

        CarryOut(plan);
    }

    /// <summary>
    /// Tells all workers that shared memory was released, including workers that never used it: keeping track of that would cost
    /// more than the few bytes. Workers read it after everything sent before it, and messages sent after it no longer find the
    /// memory.
    /// </summary>
    public void ReleaseMemory(long id)
    {
        List<Lane> lanes;
        lock (_lock)
        {
            lanes = [.. _lanes];
            foreach (var lane in _starting)
            {
                if (lane.IsGreeted) lanes.Add(lane);
                else lane.ReleasedMeanwhile.Add(id);
            }
        }

        foreach (var lane in lanes) lane.Link.ReleaseMemory(id);
    }

    private void CheckOpenLocked()
    {
        const string closed = "The pool was closed (Close, Terminate or Dispose) and accepts no more calls.";
        if (_state != PoolState.Open) throw new ObjectDisposedException(nameof(Pool), closed);
        if (_failure is not null) throw _failure.Again();
    }

    /// <summary>Does what was decided. Must be called without the lock.</summary>
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
            case StepKind.TellProducers:
                TellProducers();
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The states of a pool's life.</summary>
    private enum PoolState
    {
        Open,

        /// <summary>No new calls are accepted, and the calls under way are finished.</summary>
        Closing,

        /// <summary>There are no calls, and the workers are ending.</summary>
        Ending,
    }
}
