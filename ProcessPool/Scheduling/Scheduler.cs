using System.Diagnostics;
using System.Runtime.CompilerServices;
using ProcessPool.Jobs;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

/// <summary>
/// Which worker gets which items next, and what becomes of them. The centre of the pool: all its state is guarded by
/// one lock, which is held for short looks only, never while something is encoded, written, waited for, or called back.
/// </summary>
/// <remarks>
/// <code>
///   caller ──Start──► jobs ──► [Choose] ──► items ──► FrameSender ══stdin══► worker
///                      ▲          ▲                                            │
///                      │          └──── Pump ◄──── Reported ◄── reader ◄══stdout══
///                      └── taken back: from a busy worker for an idle one, from a dead one, from a stopped job
/// </code>
/// Nobody waits in here: whoever makes a worker ready for more (the caller that starts a job, the thread that read a
/// worker's reports, the thread that found it dead) pumps it, that is, chooses and sends, until it has enough.
/// </remarks>
internal sealed partial class Scheduler
{
    private readonly PoolOptions _options;
    private readonly Lock _lock = new();
    private readonly Alarm _alarm = new();

    // What is looked at now and then.
    private readonly Reminder _heldUp;
    private readonly Reminder _times;
    private readonly Reminder _memory;
    private readonly Reminder _idle;

    // Guarded by _lock.
    private readonly List<WorkerProcess> _workers = [];
    private readonly HashSet<Job> _jobs = [];

    /// <summary>Those that have ended, and are told so only once the caller has taken what their items reported.</summary>
    private readonly HashSet<Job> _concluding = [];

    /// <summary>The numbers of the wanted workers that have started, be it that they were replaced since.</summary>
    private readonly HashSet<int> _everReady = [];

    /// <summary>
    /// Jobs that have items to start, the one with the least worker time first; one entry a job. A job's time grows
    /// while it stands here, so the entry may be too low: it is put back with the true one when it comes to the front.
    /// </summary>
    private readonly PriorityQueue<Job, (long WorkerTime, long Id)> _queue = new();

    /// <summary>
    /// The worker time of the job whose turn it was. A job that starts counts as having had as much: if it started at nothing,
    /// one that has run for a while would get no worker any more as long as new ones keep coming.
    /// </summary>
    private long _timeOfTurn;

    private PoolState _state;
    private WorkerStartException? _failure;

    /// <summary>Some worker has asked for items and got none, or rests: whoever adds an input must call <see cref="Kick"/>.</summary>
    private volatile bool _hungry = true;

    public Scheduler(PoolOptions options)
    {
        _options = options;
        SetSize(options.Workers);
        _heldUp = new Reminder(_alarm, LookAgain);
        _times = new Reminder(_alarm, CheckTimes);
        _memory = new Reminder(_alarm, CheckMemory);
        _idle = new Reminder(_alarm, CheckIdle);
    }

    /// <inheritdoc cref="_hungry"/>
    public bool IsHungry => _hungry;

    /// <summary>Starts a job. The thread that calls this encodes and sends the first items itself.</summary>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="WorkerStartException">No worker of this pool can be started.</exception>
    public void Start(Job job)
    {
        var ended = false;
        lock (_lock)
        {
            CheckOpen();
            _jobs.Add(job);
            job.WorkerTime = _timeOfTurn;
            Enqueue(job);
            ended = TryEnd(job);
            if (job.Options.Timeout is { } limit && !ended) _times.In(limit);
        }

        if (ended) job.OnEnded();
        else Kick();
    }

    public bool IsOpen
    {
        get
        {
            lock (_lock) return _state == PoolState.Open;
        }
    }

    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="WorkerStartException">No worker of this pool can be started.</exception>
    public void CheckOpen()
    {
        if (_state != PoolState.Open) throw new ObjectDisposedException(nameof(Pool), "The pool was closed (Close, Terminate or Dispose) and takes no more calls.");
        if (_failure is not null) throw _failure.Again();
    }

    /// <summary>A worker has reported some items. Its reader's thread, which would hold on to their calls if this were inlined there.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Reported(WorkerProcess worker, Batch batch)
    {
        List<Job>? ended = null;

        // Before anybody hears of what it reported, and sends it more.
        if (IsWornOut(worker, batch)) Spend(worker);
        foreach (var (job, key, failure, run) in batch.Failures)
        {
            if (!TryAgain(job, key, failure, run) && job.SetFailure(key, failure, run)) StopItems(job, failure);
        }

        var now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            var each = (now - worker.LastProgress) / batch.Items;
            worker.LastProgress = now;
            worker.ItemsReported += batch.Items;
            ForgetFailures(worker);
            worker.Items.OnReported(batch.Items);
            worker.Books.AddItems(batch.Items);
            if (worker.Items.Count == 0)
            {
                worker.IsReserved = false;
                worker.Books.Enter(Stage.Waiting, now);
                WatchIdle();
            }

            foreach (var (job, count) in batch.Jobs)
            {
                job.WorkerTime += each * count;
                job.Pace.Observe(count, each * count);
                job.Outstanding -= count;
                job.ItemsEnded += count;
                if (TryEnd(job)) (ended ??= []).Add(job);
            }
        }

        foreach (var (job, _) in batch.Jobs) job.OnReported();
        End(ended);
        RetireIfDue(worker);
        Pump(worker);
    }

    /// <summary>An input was added, or a result consumed: the job may have ended, or have more to start.</summary>
    public void InputChanged(Job job)
    {
        bool ended;
        lock (_lock)
        {
            Enqueue(job);
            ended = TryEnd(job);
        }

        if (ended) End([job]);
        else Kick();
    }

    private void Enqueue(Job job)
    {
        if (job.IsQueued || job.Ready == 0) return;
        job.IsQueued = true;
        _queue.Enqueue(job, (job.WorkerTime, job.Call.Id));
    }

    /// <summary>The job whose turn it is, left in the queue; null if nothing can be started.</summary>
    private Job? NextJob()
    {
        while (_queue.TryPeek(out var job, out var priority))
        {
            if (job.Ready == 0)
            {
                _queue.Dequeue();
                job.IsQueued = false;
                Interlocked.MemoryBarrier();
                Enqueue(job);
                if (!job.IsQueued) continue;
            }

            if (priority.WorkerTime == job.WorkerTime) return job;
            _queue.DequeueEnqueue(job, (job.WorkerTime, job.Call.Id));
        }

        return null;
    }

    private bool TryEnd(Job job)
    {
        if (job.State == JobState.Ended || job.Outstanding > 0 || !job.IsExhausted) return false;
        if (job.Waiting > 0 && job.State == JobState.Active) return false;
        job.State = JobState.Ended;
        _jobs.Remove(job);
        if (job.HasReports) _concluding.Add(job);
        foreach (var worker in _workers)
        {
            if (worker.KnownCalls.Remove(job.Call.Id) | worker.StaleCalls.Remove(job.Call.Id)) worker.EndedCalls.Add(job.Call.Id);
        }

        return true;
    }

    /// <summary>Tells those who wait for the jobs, and the workers if it matters to them.</summary>
    private void End(List<Job>? jobs)
    {
        if (jobs is null) return;
        var large = false;
        foreach (var job in jobs)
        {
            large |= job.Call.IsLarge;
            if (!job.HasReports) job.OnEnded();
            else if (!job.TryFollowReports(() => Conclude(job))) Conclude(job);
        }

        if (large) TellEndedCalls();
        ShutDownIfDone();
    }

    private void Conclude(Job job)
    {
        job.OnEnded();
        job.DropReports();
        lock (_lock) _concluding.Remove(job);
        ShutDownIfDone();
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
