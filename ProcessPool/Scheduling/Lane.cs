using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

/// <summary>
/// What the scheduler knows of one worker process. Guarded by the scheduler's lock, but for what is said to be otherwise. Its life goes one way:
/// <code>
///   Starting ──► Ready ──► Leaving ──► Gone
///       └───────────┴──────────┴────────►
/// </code>
/// </summary>
/// <param name="id">The number of the worker in its pool, which its replacement takes over.</param>
/// <param name="link">How it is reached.</param>
/// <param name="items">The items that it has.</param>
/// <param name="books">What is counted about it.</param>
internal sealed class Lane(int id, IWorkerLink link, ItemTable items, WorkerBooks books)
{
    private volatile LaneState _state;
    private long _lateItem = -1;

    public int Id => id;

    public IWorkerLink Link => link;

    /// <summary>The items that it was given and has not reported.</summary>
    public ItemTable Items => items;

    public WorkerBooks Books => books;

    /// <summary>How many items it runs at once.</summary>
    public int Capacity { get; init; } = 1;

    /// <summary>Where it is in its life. Any thread may look.</summary>
    public LaneState State => _state;

    /// <summary>Why it leaves: the first reason for which it was to end.</summary>
    public LeaveReason? LeftFor { get; private set; }

    /// <summary>Why it is killed, if it is: the first reason for that. A worker that was asked to end can still be killed.</summary>
    public LeaveReason? KilledFor { get; private set; }

    /// <summary>It has no items any more, and was asked to end.</summary>
    public bool WasAsked { get; set; }

    /// <summary>A thread is choosing and sending items for it: no other does.</summary>
    public bool IsPumped { get; set; }

    /// <summary>An item that must have the worker for itself is on its way to it or runs.</summary>
    public bool IsReserved { get; set; }

    /// <summary>
    /// Its pipe has ended, or it broke the protocol: what is sent to it from now on is lost. The thread that reads from it sets this without the
    /// lock. A send that races with it is no different from one that came just before the pipe broke.
    /// </summary>
    public volatile bool IsDoomed;

    /// <summary>It was greeted, and hears of what all workers hear.</summary>
    public bool IsGreeted { get; set; }

    /// <summary>It was asked to give items back, and has not answered.</summary>
    public bool IsAskedBack { get; set; }

    /// <summary>The calls whose function it has.</summary>
    public HashSet<long> KnownCalls { get; } = [];

    /// <summary>Those of the calls it has whose token has fired in it: they are announced again before they are used again.</summary>
    public HashSet<long> StaleCalls { get; } = [];

    /// <summary>Calls that have ended, and it was not told yet.</summary>
    public List<long> EndedCalls { get; } = [];

    /// <summary>The call whose items were chosen for it and perhaps not sent yet: its end is told after them.</summary>
    public long? CallBeingSent { get; set; }

    /// <summary>When it was ready for items. This and all times here are timestamps of the scheduler's clock.</summary>
    public long ReadySince { get; private set; }

    /// <summary>When items were last sent to it: from then on it is its own fault if it does not begin them.</summary>
    public long LastSent { get; set; }

    /// <summary>When it last reported an item, or was given one while it had none.</summary>
    public long LastProgress { get; set; }

    /// <summary>How many items it has reported in its life.</summary>
    public long ItemsReported { get; set; }

    /// <summary>When it must be ready, or the next step of its start be done.</summary>
    public long StartBy { get; set; } = long.MaxValue;

    /// <summary>When it is too old.</summary>
    public long OldAt { get; set; } = long.MaxValue;

    /// <summary>When it is killed, as it was asked to end and does not.</summary>
    public long EndBy { get; set; } = long.MaxValue;

    /// <summary>When it is killed, if it still runs <see cref="LateItem"/> then.</summary>
    public long KillLateAt { get; set; } = long.MaxValue;

    /// <summary>The item that ran for too long, or -1. The thread that reads from the worker looks at it without the lock.</summary>
    public long LateItem
    {
        get => Volatile.Read(ref _lateItem);
        set => Volatile.Write(ref _lateItem, value);
    }

    /// <summary>So many bytes were more than it may take, and it is killed for that.</summary>
    public long Excess { get; set; }

    /// <summary>Keys of the items being sent; they belong to the thread that pumps.</summary>
    public long[] Keys { get; } = new long[Memory.StatusPage.Slots];

    /// <summary>The item that it runs, and for how long; null if it runs none, or cannot say. Never one that it was not given.</summary>
    public (long Sequence, TimeSpan Age)? Running => link.Running is { } running && items.WasGiven(running.Sequence) ? running : null;

    /// <summary>It takes items from now on.</summary>
    public void BecomeReady(long now)
    {
        if (_state != LaneState.Starting) throw new InvalidOperationException($"A worker that is {_state} cannot become ready.");
        _state = LaneState.Ready;
        ReadySince = now;
    }

    /// <summary>It has no items any more.</summary>
    public void BecomeEmpty(long now)
    {
        IsReserved = false;
        books.Enter(Stage.Waiting, now);
    }

    /// <summary>The one door: it gets no more items, and is to end.</summary>
    /// <returns>Whether anything follows from this. The first reason to end it counts, and the first reason to kill it.</returns>
    public bool TryLeave(LeaveReason reason)
    {
        if (_state == LaneState.Gone || KilledFor is not null) return false;
        if (Leaving.Of(reason).Manner == Manner.Kill) KilledFor = reason;
        else if (_state == LaneState.Leaving) return false;
        LeftFor ??= reason;
        _state = LaneState.Leaving;
        return true;
    }

    /// <summary>It is dead, and all that it said was read.</summary>
    public void BecomeGone()
    {
        LeftFor ??= LeaveReason.Died;
        _state = LaneState.Gone;
    }
}

/// <summary>Where a worker is in its life.</summary>
internal enum LaneState
{
    /// <summary>The process was started. It may run the initializer.</summary>
    Starting,

    Ready,

    /// <summary>It gets no more items: it ends when it has none, or is being killed.</summary>
    Leaving,

    Gone,
}
