using ProcessPool.Errors;
using ProcessPool.Functions;
using ProcessPool.Jobs;
using ProcessPool.MessagePack;
using ProcessPool.Protocol;

namespace ProcessPool.Workers;

// The thread that reads from the worker: from its greeting to its burial.
internal sealed partial class WorkerProcess
{
    /// <summary>A worker sends a longer line in parts; in UTF-16 code units.</summary>
    private const int LongestLine = 64 * 1024;

    /// <summary>Waits for the worker's first frame and answers it.</summary>
    /// <param name="formatters">Those that users registered with the pool.</param>
    /// <exception cref="WorkerStartException">It ended, or said something else.</exception>
    public void Greet(IReadOnlyList<Type> formatters)
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
            End();
            throw new WorkerStartException(
                $"Worker {Id} (process {ProcessId}) did not start: it {Cause.TrimEnd('.')}. Started with `{_connection.Command}`.{DescribeErrorLines()}", e);
        }

        _connection.OnStarted();
        var welcome = Sender.Rent();
        var frame = welcome.BeginFrame(FrameKind.Welcome, 6);
        welcome.Write(ProtocolConstants.Version);
        welcome.Write(Id);
        welcome.WriteMapHeader(_connection.EnvironmentToRestore.Count);
        foreach (var (name, value) in _connection.EnvironmentToRestore)
        {
            welcome.Write(name);
            welcome.Write(value);
        }

        FormatterList.Write(welcome, formatters);
        if (_scheduler.MaxValueBytes is { } most) welcome.Write(most);
        else welcome.WriteNil();
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
            case FrameKind.Duration:
                _duration = (values.ReadInt64(), TimeSpan.FromTicks(values.ReadInt64(0, long.MaxValue, "a duration") / TimeSpan.NanosecondsPerTick));
                break;
            case FrameKind.Output:
                TakeOutput();
                break;
            case FrameKind.Progress:
                TakeProgress();
                break;
            case FrameKind.Revoked:
                if (Interlocked.Decrement(ref RevokesOwed) < 0) throw new ProtocolException("It gives items back that it was not asked for.");
                _scheduler.Revoked(this, ReadRevoked());
                break;
            case FrameKind.Finalized:
                TakeFinalized();
                break;
            case FrameKind.HeartbeatReply:
            case FrameKind.Goodbye:
                break;
            default:
                throw new ProtocolException($"A frame of kind {(int)kind}, which a worker does not send here.");
        }
    }

    private void TakeOutput()
    {
        // Before its text is taken in: a line as long as a frame can be would be 4 GiB of it.
        const int longestFrame = 4 * LongestLine;
        if (_frames.Length > longestFrame) throw new ProtocolException($"A line of output in a frame of {_frames.Length} bytes; the limit is {LongestLine} characters.");
        var values = _frames.Values;
        long? item = values.TryReadNil() ? null : _scheduler.IndexOf(this, values.ReadInt64());
        var source = values.ReadInt32() == 1 ? OutputSource.Out : OutputSource.Error;
        _printer.Print(new WorkerOutput(Id, item, source, values.ReadString() ?? ""));
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
        var run = new ItemRun(Id, job.AttemptsOf(key) + 1, _duration.Sequence == sequence ? _duration.Duration : TimeSpan.Zero);
        if (Books.Durations is { } durations && _duration.Sequence == sequence) durations.Add(new SlowItem(job.IndexOf(key), run.Duration, Id));
        try
        {
            if (sequence == LateItem) _batch.AddFailure(job, key, Late(job, job.IndexOf(key), wasKilled: false), run);
            else if (kind == FrameKind.Result) TakeResult(job, key, run);
            else TakeFailure(job, key, RemoteExceptionReader.Read(_frames.Values), run);
        }
        catch (EndOfStreamException)
        {
            // The item is nobody else's any more, and is dealt with as all others that the worker had.
            Torn = (job, key, sequence);
            throw;
        }
        catch (MessagePackException e)
        {
            _batch.AddFailure(job, key, new ValueException("result", job.ResultType, $"What the worker sent cannot be read back as {job.ResultType}: {e.Message}", e), run);
        }
        catch (Exception e)
        {
            _batch.AddFailure(job, key, e, run);
        }

        _batch.Add(job);
    }

    private void TakeResult(Job job, long key, in ItemRun run)
    {
        // Before it is taken in: the worker was told, and need not keep to it. What is left of the frame is passed over.
        if (_scheduler.MaxValueBytes is { } most && _frames.Values.Remaining > most)
            throw ValueLimit.Exceeded("result", job.ResultType, _frames.Values.Remaining, most);
        job.ReadResult(_frames.Values, key, run);
    }

    private void TakeFailure(Job job, long key, Exception failure, in ItemRun run)
    {
        if (_scheduler.MaxWorkerMemory is not null && IsOutOfMemory(failure)) _batch.RanOutOfMemory = true;
        _batch.AddFailure(job, key, failure, run);
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
        _endedAt = Environment.TickCount64;
        _exitCode = _connection.WaitForExit(Death.Grace);
        _outlivedItsPipe = _exitCode is null;
        AskForKernel();
        Kill();
        _exitCode ??= _connection.WaitForExit(Death.AfterKill);
        _errorLines.WaitForEnd(Death.LastWords);
    }
}
