using MessagePack;
using ProcessPool.Errors;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Jobs;
using ProcessPool.Values;

namespace ProcessPool.Workers;

// The thread that reads from the worker, from its greeting to its death.
internal sealed partial class WorkerProcess
{
    /// <summary>Waits for the worker's first frame and answers it.</summary>
    /// <param name="formatters">The formatters that users registered with the pool.</param>
    /// <exception cref="WorkerStartException">The worker died, or sent something else.</exception>
    public void Greet(IReadOnlyList<Type> formatters)
    {
        try
        {
            if (!_frames.TryBegin()) throw new ConnectionEndedException("The worker ended before it sent its greeting.");
            var values = _frames.Values;
            if (FrameReader.ReadKind(ref values) != FrameKind.Hello)
                throw new ProtocolException("Its first frame is not a greeting.");
            var version = values.ReadInt32();
            if (version != ProtocolConstants.Version)
                throw new ProtocolException($"It speaks version {version} of the protocol, this process version {ProtocolConstants.Version}.");
            _frames.EndFrame();
        }
        catch (Exception e) when (e is ProtocolException or ConnectionEndedException || BrokenValueException.Covers(e))
        {
            if (e is not ConnectionEndedException) _brokenProtocol = Describe(e);
            End();
            throw new WorkerStartException(
                $"Worker {Id} (process {ProcessId}) did not start: it {Cause.TrimEnd('.')}. Started with `{_connection.Command}`.{DescribeErrorLines()}", e);
        }

        _connection.OnStarted();
        var welcome = Sender.Rent();
        var writer = new MessagePackWriter(welcome);
        var frame = welcome.BeginFrame(ref writer, FrameKind.Welcome, 7);
        writer.Write(ProtocolConstants.Version);
        writer.Write(Id);
        writer.WriteMapHeader(_connection.EnvironmentToRestore.Count);
        foreach (var (name, value) in _connection.EnvironmentToRestore)
        {
            writer.WriteText(name);
            writer.WriteText(value);
        }

        FormatterList.Write(ref writer, formatters);
        if (_scheduler.MaxValueBytes is { } most) writer.Write(most);
        else writer.WriteNil();
        CallersProgram.Write(ref writer);
        welcome.EndFrame(ref writer, frame);
        Sender.Send(welcome);
    }

    /// <summary>Reads what the worker sends until nothing more comes. Returns when the worker is dead.</summary>
    public void ReadUntilDeath()
    {
        try
        {
            MessagePackReader values = default;
            while (true)
            {
                if (!_frames.TryContinue(ref values))
                {
                    // No more frames have arrived, or at least none that the same reader can go on with.
                    if (_batch.Items > 0) Report();
                    if (!_frames.TryBegin(out values)) break;
                }

                Take(FrameReader.ReadKind(ref values), ref values);
                if (_frames.IsBeyond(ref values)) throw new ProtocolException("A frame ends inside a value.");
                _frames.EndFrame();
            }
        }
        catch (ConnectionEndedException)
        {
            // The worker died in the middle of a frame, which is dropped.
        }
        catch (Exception e)
        {
            // Even unexpected exceptions must only cost this worker, not this process.
            _brokenProtocol = e is ProtocolException || BrokenValueException.Covers(e) ? Describe(e) : e.ToString();
            Lane.IsDoomed = true;
            Kill();
        }

        if (_batch.Items > 0) Report();
        Bury();
    }

    private static string Describe(Exception e) => (BrokenValueException.Covers(e) ? BrokenValueException.Of(e) : e).Message;

    private string DescribeErrorLines() =>
        _errorLines.Last is { Count: > 0 } lines ? $" It wrote to stderr:\n  {string.Join("\n  ", lines)}" : "";

    private void Report()
    {
        _batch.Close();
        _scheduler.Reported(Lane, _batch);
        _batch.Clear();
    }

    private void Take(FrameKind kind, ref MessagePackReader values)
    {
        switch (kind)
        {
            case FrameKind.Result:
            case FrameKind.Failure:
                TakeReport(kind, ref values);
                break;
            case FrameKind.Results:
                TakeResults(ref values);
                break;
            case FrameKind.Duration:
                _duration = (values.ReadInt64(), TimeSpan.FromTicks(values.ReadNumber(0, long.MaxValue, "a duration") / TimeSpan.NanosecondsPerTick));
                break;
            case FrameKind.Output:
                TakeOutput(ref values);
                break;
            case FrameKind.Progress:
                TakeProgress(ref values);
                break;
            case FrameKind.Revoked:
                if (Interlocked.Decrement(ref _revokesOwed) < 0)
                    throw new ProtocolException("It gave items back although it was not asked to.");
                _scheduler.Revoked(Lane, ReadRevoked(ref values));
                break;
            case FrameKind.Finalized:
                TakeFinalized(ref values);
                break;
            case FrameKind.HeartbeatReply:
            case FrameKind.Goodbye:
                break;
            default:
                throw new ProtocolException($"It sent a frame of kind {(int)kind}, which a worker does not send at this point.");
        }
    }

    private List<long> ReadRevoked(ref MessagePackReader values)
    {
        var count = values.ReadArrayHeader();
        if (count > Memory.StatusPage.Slots)
            throw new ProtocolException($"It gave {count} items back; it cannot have had more than {Memory.StatusPage.Slots}.");
        _frames.Fill(ref values);
        List<long> revoked = [];
        for (; count > 0; count--) revoked.Add(values.ReadInt64());
        return revoked;
    }

    private void TakeReport(FrameKind kind, ref MessagePackReader values)
    {
        // Read the whole report first. Until its end has arrived, the worker still has the item and may die with it.
        _frames.FillStart(ref values);
        var sequence = values.ReadInt64();
        var unread = _frames.IsWhole && _scheduler.MaxValueBytes is null ? null : TryFill(kind, sequence, ref values);
        if (!_items.TryReport(sequence, out var job, out var key))
            throw new ProtocolException($"It reported the item with sequence number {sequence}, which it does not have.");
        var run = new ItemRun(Id, job.Items.AttemptsOf(key) + 1, _duration.Sequence == sequence ? _duration.Duration : TimeSpan.Zero);
        if (Lane.Books.Durations is { } durations && _duration.Sequence == sequence) durations.Add(job.IndexOf(key), run.Duration, Id);
        try
        {
            if (sequence == Lane.LateItem) _batch.AddFailure(job, key, Late(job, job.IndexOf(key), wasKilled: false), run);
            else if (unread is not null) _batch.AddFailure(job, key, unread(job), run);
            else if (kind == FrameKind.Result) job.ReadResult(ref values, _frames, key, run);
            else TakeFailure(job, key, RemoteExceptionReader.Read(ref values, new FailurePlace(job.IndexOf(key), Id, ProcessId)), run);
        }
        catch (Exception e)
        {
            // The reader may have stopped anywhere, even beyond its frame.
            values = default;
            _batch.AddFailure(job, key, Unreadable(job, e), run);
        }

        _batch.Add(job);
    }

    /// <summary>The failure of an item whose report cannot be read for this reason.</summary>
    private static Exception Unreadable(Job job, Exception reason) => reason is BrokenValueException
        ? new ValueException("result", job.ResultType, $"What the worker sent cannot be read back as {job.ResultType}: {reason.Message}", reason)
        : reason;

    /// <summary>Reads the rest of a report into memory.</summary>
    /// <returns>Null; or, if the report is too large for that, the failure of its item. The report is then skipped.</returns>
    private Func<Job, Exception>? TryFill(FrameKind kind, long sequence, ref MessagePackReader values)
    {
        // The worker knows the limit, but may ignore it.
        var size = _frames.Remaining(ref values);
        if (kind == FrameKind.Result && size > _scheduler.MaxValueBytes) return job => ValueLimit.Exceeded("result", job.ResultType, size, _scheduler.MaxValueBytes.Value);
        try
        {
            _frames.Fill(ref values, kind == FrameKind.Result && _items.TryLookAt(sequence, out var job, out _) ? job.ResultFormatter : null);
            return null;
        }
        catch (OutOfMemoryException e)
        {
            return _ => e;
        }
    }

    private void TakeFailure(Job job, long key, Exception failure, in ItemRun run)
    {
        if (_scheduler.MaxWorkerMemory is not null && IsOutOfMemory(failure)) _batch.RanOutOfMemory = true;
        _batch.AddFailure(job, key, failure, run);
    }

    /// <summary>
    /// The pipe has ended: waits until the worker is dead, and returns what it had published but not written to the pipe.
    /// </summary>
    /// <exception cref="ProtocolException">The last frame of results cannot be completed.</exception>
    private byte[] Recover(long received)
    {
        // A worker that closed its pipe but is still running is as good as dead, because nothing that it does can be reported.
        Lane.IsDoomed = true;
        Bury();
        var page = _connection.Page;
        if (page is null) return [];
        var missing = page.Published - received;
        if (missing is <= 0 or > Memory.StatusPage.OutboxSize) return [];
        var bytes = new byte[missing];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = page.Outbox[(int)((received + i) & (Memory.StatusPage.OutboxSize - 1))];
        var open = page.OpenResults - received;
        if (open < 0 || open > missing - ResultsFrame.StartLength) return bytes;
        try
        {
            ResultsFrame.Complete(bytes, (int)open);
        }
        catch (Exception e) when (BrokenValueException.Covers(e))
        {
            throw new ProtocolException($"Its last results cannot be read: {BrokenValueException.Of(e).Message}");
        }

        return bytes;
    }

    /// <summary>
    /// Makes sure that the worker and all processes that it started are dead, and that the end of its stderr was read. Waits for
    /// a limited time only.
    /// </summary>
    private void Bury()
    {
        if (_buried) return;
        _buried = true;
        _endedAt = Environment.TickCount64;
        _exitCode = _connection.WaitForExit(Death.Grace);
        _outlivedItsPipe = _exitCode is null;
        AskForKernel();
        Kill();
        _exitCode ??= _connection.WaitForExit(Death.AfterKill);
        _printer.LetFinish(_nativeLines);
        _errorLines.WaitForEnd(Death.LastWords);
    }
}
