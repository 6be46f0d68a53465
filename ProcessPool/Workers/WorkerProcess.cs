using ProcessPool.Errors;
using ProcessPool.Jobs;
using ProcessPool.MessagePack;
using ProcessPool.Protocol;
using ProcessPool.Scheduling;

namespace ProcessPool.Workers;

/// <summary>
/// One worker process from start to death, as seen from here: its connection, the items it has, and the thread that
/// reads from it. What it has is guarded by the scheduler's lock, but for what is said to be otherwise.
/// </summary>
internal sealed class WorkerProcess : IDisposable
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

    public WorkerProcess(int id, WorkerConnection connection, Scheduler scheduler, OutputPrinter printer)
    {
        Id = id;
        _connection = connection;
        _scheduler = scheduler;
        _printer = printer;
        Sender = new FrameSender(connection.Input, $"processpool worker {id} input");
        _frames = new FrameReader(new RecoveringSource(connection.Output, Recover));
        Items = new ItemTable(connection.Page);
        _errorLines = new ErrorLines(connection.Error, $"processpool worker {id} stderr", line =>
            printer.Print(new WorkerOutput(id, null, OutputSource.Native, line)));
    }

    /// <summary>The number of this worker in its pool, which its replacement takes over.</summary>
    public int Id { get; }

    public int ProcessId => _connection.ProcessId;

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

    /// <summary>The calls whose function it has.</summary>
    public HashSet<long> KnownCalls { get; } = [];

    /// <summary>Calls that have ended, and it was not told yet.</summary>
    public List<long> EndedCalls { get; } = [];

    /// <summary>The call whose items are on their way to it, chosen and perhaps not sent: its end is told after them.</summary>
    public long? CallBeingSent { get; set; }

    /// <summary>When it last reported an item, or was given one while it had none.</summary>
    public long LastProgress { get; set; }

    /// <summary>Whether it has reported an item in its life.</summary>
    public bool HasReported { get; set; }

    /// <summary>It was asked to end, and is killed if it does not.</summary>
    public Deadline<WorkerProcess>? EndDeadline { get; set; }

    /// <summary>Keys of the items being sent; belongs to the thread that pumps.</summary>
    public long[] Keys { get; } = new long[Memory.StatusPage.Slots];

    /// <summary>Waits for the worker's first frame and answers it.</summary>
    /// <exception cref="WorkerStartException">It ended, or said something else.</exception>
    public void Greet()
    {
        try
        {
            var kind = _frames.ReadKind();
            if (kind == FrameKind.None) throw new EndOfStreamException("It ended without a word.");
            if (kind != FrameKind.Hello) throw new ProtocolException("Its first frame is no greeting.");
            var version = _frames.Values.ReadInt32();
            if (version != ProtocolConstants.Version)
                throw new ProtocolException($"It speaks version {version} of the protocol, this process version {ProtocolConstants.Version}.");
            _frames.EndFrame();
        }
        catch (Exception e) when (e is ProtocolException or MessagePackException or EndOfStreamException)
        {
            if (e is not EndOfStreamException) _brokenProtocol = e.Message;
            Kill();
            Bury();
            throw new WorkerStartException(
                $"Worker {Id} (process {ProcessId}) did not start: it {Cause.TrimEnd('.')}. Started with `{_connection.Command}`.{DescribeErrorLines()}", e);
        }

        _connection.OnStarted();
        var welcome = Sender.Rent();
        var frame = welcome.BeginFrame(FrameKind.Welcome, 4);
        welcome.Write(ProtocolConstants.Version);
        welcome.Write(Id);
        welcome.WriteMapHeader(_connection.EnvironmentToRestore.Count);
        foreach (var (name, value) in _connection.EnvironmentToRestore)
        {
            welcome.Write(name);
            welcome.Write(value);
        }

        welcome.EndFrame(frame);
        Sender.Send(welcome);
    }

    /// <summary>Reads what the worker says until it has nothing more to say; then it is dead.</summary>
    public void ReadUntilDeath()
    {
        try
        {
            while (true)
            {
                if (!_frames.HasCompleteFrame && _batch.Items > 0) Report();
                var kind = _frames.ReadKind();
                if (kind == FrameKind.None) break;
                Take(kind);
                _frames.EndFrame();
            }
        }
        catch (EndOfStreamException)
        {
            // A frame torn by its death: what it was about to say is not said.
        }
        catch (Exception e)
        {
            // Also what nobody thought of: it costs this worker, not the process that reads from it.
            _brokenProtocol = e is ProtocolException or MessagePackException ? e.Message : e.ToString();
            IsDoomed = true;
            Kill();
        }

        if (_batch.Items > 0) Report();
        Bury();
    }

    /// <summary>Ends the worker and all that it has started; any thread.</summary>
    public void Kill() => _connection.Kill();

    /// <summary>Asks the worker to finish what it has and to end.</summary>
    public void Shutdown()
    {
        var farewell = Sender.Rent();
        farewell.WriteFrame(FrameKind.Shutdown);
        Sender.Send(farewell);
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

    public WorkerDiedException Blame(long item) => new(item, Id, ProcessId, _exitCode, Cause, _errorLines.Last);

    public void Dispose()
    {
        EndDeadline?.Meet();
        Sender.Dispose();
        _connection.Dispose();
    }

    private string DescribeErrorLines() =>
        _errorLines.Last is { Count: > 0 } lines ? $" It wrote to stderr:\n  {string.Join("\n  ", lines)}" : "";

    private void Report()
    {
        _scheduler.Reported(this, _batch);
        _batch.Clear();
    }

    private void Take(FrameKind kind)
    {
        var values = _frames.Values;
        switch (kind)
        {
            case FrameKind.Result:
            case FrameKind.Failure:
                TakeReport(kind);
                break;
            case FrameKind.Output:
                long? item = values.TryReadNil() ? null : Items.IndexOf(values.ReadInt64());
                var source = values.ReadInt32() == 1 ? OutputSource.Out : OutputSource.Error;
                _printer.Print(new WorkerOutput(Id, item, source, values.ReadString() ?? ""));
                break;
            case FrameKind.Revoked:
                _scheduler.Revoked(this, ReadRevoked());
                break;
            case FrameKind.HeartbeatReply:
            case FrameKind.Goodbye:
                break;
            default:
                throw new ProtocolException($"A frame of kind {(int)kind}, which a worker does not send here.");
        }
    }

    private List<long> ReadRevoked()
    {
        var count = _frames.Values.ReadArrayHeader();
        if (count > Memory.StatusPage.Slots) throw new ProtocolException($"It gives {count} items back; it cannot have had more than {Memory.StatusPage.Slots}.");
        List<long> revoked = [];
        for (; count > 0; count--) revoked.Add(_frames.Values.ReadInt64());
        return revoked;
    }

    private void TakeReport(FrameKind kind)
    {
        var sequence = _frames.Values.ReadInt64();
        if (!Items.TryReport(sequence, out var job, out var key))
            throw new ProtocolException($"It reported the item with sequence number {sequence}, which it does not have.");
        try
        {
            if (kind == FrameKind.Result) job.ReadResult(_frames.Values, key);
            else AddFailure(job, key, RemoteExceptionReader.Read(_frames.Values));
        }
        catch (EndOfStreamException)
        {
            // Torn by the worker's death, which is known by now (Recover). The item is nobody else's any more.
            _batch.AddFailure(job, key, Blame(job.IndexOf(key)));
            _batch.Add(job);
            throw;
        }
        catch (MessagePackException e)
        {
            AddFailure(job, key, new ValueException("result", job.ResultType, $"What the worker sent cannot be read back as {job.ResultType}: {e.Message}", e));
        }
        catch (Exception e)
        {
            AddFailure(job, key, e);
        }

        _batch.Add(job);
    }

    private void AddFailure(Job job, long key, Exception failure)
    {
        failure.Data["ProcessPool.Item"] = job.IndexOf(key);
        failure.Data["ProcessPool.Worker"] = Id;
        _batch.AddFailure(job, key, failure);
    }

    /// <summary>The pipe has ended: waits for the death, and returns what the worker had still published.</summary>
    private byte[] Recover(long received)
    {
        // A worker that closed its pipe and goes on is as good as dead; nothing it does would be heard.
        IsDoomed = true;
        Bury();
        var page = _connection.Page;
        if (page is null) return [];
        var missing = page.Published - received;
        if (missing is <= 0 or > Memory.StatusPage.OutboxSize) return [];
        var bytes = new byte[missing];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = page.Outbox[(int)((received + i) & (Memory.StatusPage.OutboxSize - 1))];
        return bytes;
    }

    /// <summary>Sees to it that it is dead, with all that it has started, and that its last words are read. Bounded.</summary>
    private void Bury()
    {
        if (_buried) return;
        _buried = true;
        _exitCode = _connection.WaitForExit(Death.Grace);
        _outlivedItsPipe = _exitCode is null;
        Kill();
        _exitCode ??= _connection.WaitForExit(Death.AfterKill);
        _errorLines.WaitForEnd(Death.LastWords);
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
