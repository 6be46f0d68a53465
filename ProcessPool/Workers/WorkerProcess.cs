using ProcessPool.Frames;
using ProcessPool.Jobs;
using ProcessPool.Scheduling;

namespace ProcessPool.Workers;

/// <summary>
/// One worker process from start to death, as seen from here: its connection, the items it has, and the thread that
/// reads from it. What it has is guarded by the scheduler's lock, but for what is said to be otherwise.
/// </summary>
internal sealed partial class WorkerProcess : IDisposable
{
    private readonly WorkerConnection _connection;
    private readonly Scheduler _scheduler;
    private readonly OutputPrinter _printer;
    private readonly ErrorLines _errorLines;
    private readonly FrameReader _frames;
    private readonly Batch _batch = new();
    private string? _brokenProtocol;
    private int? _exitCode;
    private bool _outlivedItsPipe;
    private bool _buried;
    private readonly long _startedAt = Environment.TickCount64;
    private long _endedAt;
    private long _lateItem = -1;
    private (long Sequence, TimeSpan Duration) _duration = (-1, default);

    public WorkerProcess(int id, WorkerConnection connection, Scheduler scheduler, OutputPrinter printer, WorkerBooks books)
    {
        Id = id;
        _connection = connection;
        _scheduler = scheduler;
        _printer = printer;
        Books = books;
        Sender = new FrameSender(connection.Input, $"processpool worker {id} input", books);
        _frames = new FrameReader(new RecoveringSource(connection.Output, Recover, books));
        Items = new ItemTable(connection.Page);
        _errorLines = new ErrorLines(connection.Error, $"processpool worker {id} stderr", line =>
            printer.Print(new WorkerOutput(id, null, OutputSource.Native, line)));
    }

    /// <summary>The number of this worker in its pool, which its replacement takes over.</summary>
    public int Id { get; }

    public int ProcessId => _connection.ProcessId;

    /// <summary>What is counted about it.</summary>
    public WorkerBooks Books { get; }

    /// <summary>Its frames; any thread.</summary>
    public FrameSender Sender { get; }

    /// <summary>The items it was given and has not reported.</summary>
    public ItemTable Items { get; }

    public WorkerState State { get; set; }

    /// <summary>A thread is choosing and sending items for it: no other does.</summary>
    public bool IsPumped { get; set; }

    /// <summary>An item that must have the worker for itself is on its way to it or runs.</summary>
    public bool IsReserved { get; set; }

    /// <summary>
    /// Its pipe has ended, or it is killed for what it said: what is sent from now on is lost. Set by the thread that
    /// reads from it, without the lock: whoever sends at this very moment could as well have been a moment earlier.
    /// </summary>
    public volatile bool IsDoomed;

    /// <summary>It was asked to give items back, and has not answered.</summary>
    public bool IsAskedBack { get; set; }

    /// <summary>How often it was asked and has not answered. Counted up before the asking, by whoever asks.</summary>
    public int RevokesOwed;

    /// <summary>The calls whose function it has.</summary>
    public HashSet<long> KnownCalls { get; } = [];

    /// <summary>Those of the calls it has whose token has fired in it: they are announced again before they are used again.</summary>
    public HashSet<long> StaleCalls { get; } = [];

    /// <summary>Calls that have ended, and it was not told yet.</summary>
    public List<long> EndedCalls { get; } = [];

    /// <summary>The call whose items are on their way to it, chosen and perhaps not sent: its end is told after them.</summary>
    public long? CallBeingSent { get; set; }

    /// <summary>When it was ready for items.</summary>
    public long ReadySince { get; set; }

    /// <summary>When items were last sent to it: from then on it is its own fault if it does not claim them.</summary>
    public long LastSent { get; set; }

    /// <summary>When it last reported an item, or was given one while it had none.</summary>
    public long LastProgress { get; set; }

    /// <summary>How many items it has reported in its life.</summary>
    public long ItemsReported { get; set; }

    /// <summary>The item that ran for too long, or -1. Set under the scheduler's lock; read by the thread that reads from the worker.</summary>
    public long LateItem
    {
        get => Volatile.Read(ref _lateItem);
        set => Volatile.Write(ref _lateItem, value);
    }

    /// <summary>It is killed because a call that it runs an item of was stopped. Under the scheduler's lock.</summary>
    public bool IsCondemned { get; set; }

    /// <summary>It was asked to end because it had nothing to do: none takes its place before there is something. Under the scheduler's lock.</summary>
    public bool WasIdle { get; set; }

    /// <summary>It was asked to end, and is killed if it does not.</summary>
    public Deadline<WorkerProcess>? EndDeadline { get; set; }

    /// <summary>Keys of the items being sent; belongs to the thread that pumps.</summary>
    public long[] Keys { get; } = new long[Memory.StatusPage.Slots];

    /// <summary>Ends the worker and all that it has started; any thread.</summary>
    public void Kill()
    {
        _killed = true;
        _connection.Kill();
    }

    /// <summary>How its life ended, for people; known once it is buried.</summary>
    public string Cause
    {
        get
        {
            if (_brokenProtocol is not null) return $"broke the protocol and was killed: {_brokenProtocol}";
            if (_outlivedItsPipe && _exitCode is not null) return "closed its end of the pipe without ending, and was killed";
            return Death.Describe(_exitCode, _connection.Page);
        }
    }

    /// <summary>How long an item had run when the worker died, as far as its page tells.</summary>
    public TimeSpan? RanFor(long sequence)
    {
        if (_connection.Page is not { } page || page.RunningItem != sequence) return null;

        // The worker may have written anything there.
        var milliseconds = _endedAt - page.StartedAt;
        return milliseconds >= 0 && milliseconds <= _endedAt - _startedAt ? TimeSpan.FromMilliseconds(milliseconds) : null;
    }

    /// <summary>Why an item has failed that this worker had when it died.</summary>
    public Exception Blame(Job job, long sequence, long item, in ItemRun run)
    {
        if (sequence == LateItem) return Late(job, item, wasKilled: true);
        if (DiedOfMemory) return BlameMemory(item);
        var page = _connection.Page;
        ItemPhase? phase = page?.RunningItem == sequence && page.Phase is >= ItemPhase.ReadingArgument and <= ItemPhase.WritingResult ? page.Phase : null;
        return new WorkerDiedException(item, Id, ProcessId, _exitCode, Cause, run.Attempt, phase, RanFor(sequence), _errorLines.Last)
        {
            IsConsequence = IsCondemned,
        };
    }

    private ItemTimeoutException Late(Job job, long item, bool wasKilled) =>
        new(item, Id, ProcessId, job.Options.ItemTimeout.GetValueOrDefault(), wasKilled);

    public void Dispose()
    {
        EndDeadline?.Meet();
        AgeDeadline?.Meet();
        Sender.Dispose();
        _connection.Dispose();
    }
}

/// <summary>Where a worker is in its life.</summary>
internal enum WorkerState
{
    Starting,
    Ready,

    /// <summary>It gets no more items: it was asked to end, or is being killed.</summary>
    Ending,

    Dead,
}
