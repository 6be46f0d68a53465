using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

/// <summary>
/// What the scheduler knows about one worker process. Guarded by the scheduler's lock unless noted otherwise. The states of its
/// life:
/// <code>
///   Starting ──► Ready ──► Leaving ──► Gone
///       └───────────┴──────────┴────────►
/// </code>
/// </summary>
/// <param name="id">The number of the worker in its pool, which its replacement takes over.</param>
/// <param name="link">The connection to the worker.</param>
/// <param name="items">The items that the worker has.</param>
/// <param name="books">The worker's statistics.</param>
internal sealed class Lane(int id, IWorkerLink link, ItemTable items, WorkerBooks books)
{
    private volatile LaneState _state;
    private long _lateItem = -1;
    private TimeSpan _waitedBefore;

    public int Id => id;

    public IWorkerLink Link => link;

    /// <summary>The items that the worker was given and has not reported.</summary>
    public ItemTable Items => items;

    public WorkerBooks Books => books;

    /// <summary>How many items the worker runs at once.</summary>
    public int Capacity { get; init; } = 1;

    /// <summary>Where the worker is in its life. Any thread may read this.</summary>
    public LaneState State => _state;

    /// <summary>Why the worker leaves: the first reason for which it is to end.</summary>
    public LeaveReason? LeftFor { get; private set; }

    /// <summary>
    /// The first reason for which the worker is killed, or null. A worker that was asked to end can still be killed.
    /// </summary>
    public LeaveReason? KilledFor { get; private set; }

    /// <summary>The worker has no more items and was asked to end.</summary>
    public bool WasAsked { get; set; }

    /// <summary>A thread is choosing and sending items for this worker. Only one thread does so at a time.</summary>
    public bool IsPumped { get; set; }

    /// <summary>The worker has an item that must have the worker for itself.</summary>
    public bool IsReserved { get; set; }

    /// <summary>
    /// The worker's pipe has ended, or the worker broke the protocol. Whatever is sent from now on is lost. The thread that reads
    /// from the worker sets this without the lock. A send that races with it is no different from one that came just before the
    /// pipe broke.
    /// </summary>
    public volatile bool IsDoomed;

    /// <summary>The worker was greeted, and receives the messages that go to all workers.</summary>
    public bool IsGreeted { get; set; }

    /// <summary>The shared memory that was released before the worker was greeted.</summary>
    public List<long> ReleasedMeanwhile { get; } = [];

    /// <summary>The worker was asked to give items back and has not answered yet.</summary>
    public bool IsAskedBack { get; set; }

    /// <summary>The calls whose function was sent to the worker.</summary>
    public HashSet<long> KnownCalls { get; } = [];

    /// <summary>Calls that the worker has but whose token has fired there. They are sent again before their next items.</summary>
    public HashSet<long> StaleCalls { get; } = [];

    /// <summary>Ended calls that the worker was not told about yet.</summary>
    public List<long> EndedCalls { get; } = [];

    /// <summary>The call whose chosen items may not have been sent yet. The end of this call must be sent after them.</summary>
    public long? CallBeingSent { get; set; }

    /// <summary>
    /// When the worker became ready for items. All times in this class are timestamps of the scheduler's clock.
    /// </summary>
    public long ReadySince { get; private set; }

    /// <summary>When items were last sent to the worker. If it begins none of them after that, the delay is its own.</summary>
    public long LastSent { get; set; }

    /// <summary>When the worker last reported an item, or was given one while it had none.</summary>
    public long LastProgress { get; private set; }

    /// <summary>How long the worker's output has had to wait for the printer since then.</summary>
    public TimeSpan WaitedForPrinter => link.WaitedForPrinter - _waitedBefore;

    /// <summary>How many items the worker has reported in total.</summary>
    public long ItemsReported { get; set; }

    /// <summary>When the current step of the worker's start must be done.</summary>
    public long StartBy { get; set; } = long.MaxValue;

    /// <summary>When the worker becomes too old.</summary>
    public long OldAt { get; set; } = long.MaxValue;

    /// <summary>When the worker is killed if it was asked to end and has not.</summary>
    public long EndBy { get; set; } = long.MaxValue;

    /// <summary>When the worker is killed if it still runs <see cref="LateItem"/>.</summary>
    public long KillLateAt { get; set; } = long.MaxValue;

    /// <summary>
    /// The item that ran for too long, or -1. The thread that reads from the worker reads this without the lock.
    /// </summary>
    public long LateItem
    {
        get => Volatile.Read(ref _lateItem);
        set => Volatile.Write(ref _lateItem, value);
    }

    /// <summary>How many bytes the worker had taken when it was killed for its memory.</summary>
    public long Excess { get; set; }

    /// <summary>The keys of the items being sent. Used only by the thread that pumps the worker.</summary>
    public long[] Keys { get; } = new long[Memory.StatusPage.Slots];

    /// <summary>
    /// The item that the worker says it runs, for how long, and how much of that it has waited for the printer; null if it runs
    /// none, cannot say, or names an item it never got.
    /// </summary>
    public (long Sequence, TimeSpan Age, TimeSpan Waited)? Running => link.Running is { } running && items.WasGiven(running.Sequence) ? running : null;

    /// <summary>The worker accepts items from now on.</summary>
    public void BecomeReady(long now)
    {
        if (_state != LaneState.Starting) throw new InvalidOperationException($"A worker that is {_state} cannot become ready.");
        _state = LaneState.Ready;
        ReadySince = now;
    }

    /// <summary>The worker has reported an item, or is given one while it has none.</summary>
    public void MakeProgress(long now)
    {
        LastProgress = now;

        // Otherwise the page tells it, and this would take two locks.
        if (!items.HasPage) _waitedBefore = link.WaitedForPrinter;
    }

    /// <summary>The worker has no more items.</summary>
    public void BecomeEmpty(long now)
    {
        IsReserved = false;
        books.Enter(Stage.Waiting, now);
    }

    /// <summary>Makes the worker leave: it gets no more items and is to end. This is the only way to that state.</summary>
    /// <returns>Whether this changed anything: only the first reason to end the worker counts, and the first reason to kill
    /// it.</returns>
    public bool TryLeave(LeaveReason reason)
    {
        if (_state == LaneState.Gone || KilledFor is not null) return false;
        if (Leaving.Of(reason).Manner == Manner.Kill) KilledFor = reason;
        else if (_state == LaneState.Leaving) return false;
        LeftFor ??= reason;
        _state = LaneState.Leaving;
        return true;
    }

    /// <summary>The worker is dead, and everything that it sent was read.</summary>
    public void BecomeGone()
    {
        LeftFor ??= LeaveReason.Died;
        _state = LaneState.Gone;
    }
}

/// <summary>Where a worker is in its life.</summary>
internal enum LaneState
{
    /// <summary>The process was started, and may be running the initializer.</summary>
    Starting,

    Ready,

    /// <summary>The worker gets no more items. It ends when it has none left, or it is being killed.</summary>
    Leaving,

    Gone,
}
