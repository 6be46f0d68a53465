using ProcessPool.Frames;
using ProcessPool.Jobs;
using ProcessPool.Scheduling;

namespace ProcessPool.Workers;

/// <summary>
/// One worker process from start to death, as this process sees it: its connection, and what the reading thread does.
/// </summary>
internal sealed partial class WorkerProcess : IWorkerLink, IDisposable
{
    private readonly WorkerConnection _connection;
    private readonly Scheduler _scheduler;
    private readonly OutputPrinter _printer;
    private readonly ErrorLines _errorLines;
    private readonly FrameReader _frames;
    private readonly ItemTable _items;
    private readonly Batch _batch = new();
    private readonly Lock _letGo = new();
    private bool _isLetGo;
    private string? _brokenProtocol;
    private int? _exitCode;
    private bool _outlivedItsPipe;
    private bool _buried;
    private readonly long _startedAt = Environment.TickCount64;
    private long _endedAt;
    private (long Sequence, TimeSpan Duration) _duration = (-1, default);

    public WorkerProcess(int id, WorkerConnection connection, Scheduler scheduler, OutputPrinter printer, WorkerBooks books)
    {
        _items = new ItemTable(connection.Page);
        Lane = new Lane(id, this, _items, books);
        _connection = connection;
        _scheduler = scheduler;
        LongestArgument = Math.Min(scheduler.MaxValueBytes ?? long.MaxValue, ProtocolConstants.MaxFrame - FrameBytes);
        _printer = printer;
        Sender = new FrameSender(connection.Input, $"processpool worker {id} input", books);
        _frames = new FrameReader(new RecoveringSource(connection.Output, Recover, books));
        _consoleLines = new OutputShare(new PrinterWait(), OnOutputTaken);
        _nativeLines = new OutputShare(new PrinterWait(connection.Page));
        _errorLines = new ErrorLines(connection.Error, $"processpool worker {id} stderr", TakeErrorLine);
    }

    /// <summary>What the scheduler knows about the worker.</summary>
    public Lane Lane { get; }

    public int ProcessId => _connection.ProcessId;

    /// <summary>Sends frames to the worker. Any thread.</summary>
    public FrameSender Sender { get; }

    /// <inheritdoc/>
    public (long Sequence, TimeSpan Age, TimeSpan Waited)? Running
    {
        get
        {
            // Read each value only once: the worker may change it at any time, to anything.
            if (_connection.Page is not { } page || page.RunningItem is not (>= 0 and var sequence)) return null;
            var now = Environment.TickCount64;
            var startedAt = Math.Clamp(page.StartedAt, _startedAt, now);

            // Once it was told that there is room, the worker waits for nothing but itself, whatever the page says.
            var waited = page.Waits.Of(sequence, startedAt, Math.Min(now, _consoleLines.Waits.End));
            waited = Math.Clamp(waited, 0, now - startedAt) + Math.Clamp(page.ErrorWaits.Of(sequence, startedAt, now), 0, now - startedAt);
            return (sequence, TimeSpan.FromMilliseconds(now - startedAt), TimeSpan.FromMilliseconds(Math.Min(waited, now - startedAt)));
        }
    }

    private int Id => Lane.Id;

    /// <inheritdoc/>
    public void Kill()
    {
        // Not after Dispose, when the process id may belong to another process.
        lock (_letGo)
        {
            if (_isLetGo) return;
            _killed = true;
            _connection.Kill();
        }
    }

    /// <summary>
    /// The exit code, or 128 and the number of the signal; null if the process could not be waited for. Known after
    /// <see cref="Bury"/>.
    /// </summary>
    public int? ExitCode => _exitCode;

    /// <summary>How the worker ended, for messages. Known after <see cref="Bury"/>.</summary>
    public string Cause
    {
        get
        {
            if (_brokenProtocol is not null) return $"broke the protocol and was killed ({_brokenProtocol.TrimEnd('.')})";
            if (_outlivedItsPipe && _exitCode is not null) return "closed its pipe but did not exit, and was killed";
            return Death.Describe(_exitCode, _connection.Page);
        }
    }

    /// <inheritdoc/>
    public TimeSpan? RanFor(long sequence)
    {
        if (_connection.Page is not { } page || page.RunningItem != sequence) return null;

        // The worker may have written anything to the page.
        var milliseconds = _endedAt - page.StartedAt;
        return milliseconds >= 0 && milliseconds <= _endedAt - _startedAt ? TimeSpan.FromMilliseconds(milliseconds) : null;
    }

    /// <inheritdoc/>
    public Exception Blame(Job job, long sequence, bool wasBegun, long item, in ItemRun run)
    {
        if (sequence == Lane.LateItem) return Late(job, item, wasKilled: true);
        var page = _connection.Page;
        ItemPhase? phase = page?.RunningItem == sequence && page.Phase is >= ItemPhase.ReadingArgument and <= ItemPhase.WritingResult ? page.Phase : null;
        var lost = new LostItem(item, Id, ProcessId, _exitCode, Cause, run.Attempt, wasBegun, phase, RanFor(sequence), _errorLines.Last);
        return DiedOfMemory ? BlameMemory(lost) : new WorkerDiedException(lost) { IsConsequence = IsFate(FateOfRunning.EndsWithItsCall) };
    }

    /// <summary>Whether the worker was killed for a reason that means this for the item that it ran.</summary>
    private bool IsFate(FateOfRunning fate) => Lane.KilledFor is { } reason && Leaving.Of(reason).Running == fate;

    private ItemTimeoutException Late(Job job, long item, bool wasKilled) =>
        new(item, Id, ProcessId, job.Options.ItemTimeout.GetValueOrDefault(), wasKilled);

    public void Dispose()
    {
        lock (_letGo) _isLetGo = true;
        _nativeLines.Waits.LeavePage();
        Sender.Dispose();
        _connection.Dispose();
    }
}
