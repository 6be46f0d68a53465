using MessagePack;
using ProcessPool.Frames;

namespace ProcessPool.Jobs;

// Takes results from the workers as they come, and hands them to the consumer of the stream.
internal sealed partial class ImapJob<T, TResult>
{
    public TResult Current { get; private set; } = default!;

    Outcome<T, TResult> IAsyncEnumerator<Outcome<T, TResult>>.Current => _outcome!;

    /// <summary>A buffer for results on the thread that reads from a worker.</summary>
    [ThreadStatic]
    private static TResult[]? _buffer;

    public override void ReadResults(ref MessagePackReader reader, FrameReader frame, ReadOnlySpan<long> keys, int worker, ref int done)
    {
        if (HasReports || !_formatter.IsSimple)
        {
            base.ReadResults(ref reader, frame, keys, worker, ref done);
            return;
        }

        var values = _buffer ??= new TResult[Memory.StatusPage.Slots];
        var before = done;
        try
        {
            _formatter.Read(ref reader, Call.Formatters.FromWorker, frame, values.AsSpan(0, keys.Length), ref done);
        }
        finally
        {
            Keep(keys[..(done - before)], values, worker);
        }
    }

    public override void ReadResult(ref MessagePackReader reader, FrameReader frame, long key, in ItemRun run) => SetDone(key, _formatter.Read(ref reader, Call.Formatters.FromWorker, frame), null, run);

    protected override bool OnFailure(long key, Exception failure, in ItemRun run)
    {
        SetDone(key, default!, failure, run);
        return false;
    }

    protected override void OnResults()
    {
        TaskCompletionSource<bool>? waiting;
        bool? outcome;
        Exception? error;
        lock (_lock)
        {
            if (_waiting is null) return;
            outcome = TryAdvance(out error);
            if (outcome is null && error is null) return;
            waiting = _waiting;
            _waiting = null;
        }

        if (error is not null) waiting.TrySetException(error);
        else waiting.TrySetResult(outcome!.Value);
    }

    public ValueTask<bool> MoveNextAsync()
    {
        if (TryAdvance()) return ValueTask.FromResult(true);
        lock (_lock)
        {
            var outcome = TryAdvance(out var error);
            if (error is not null) return ValueTask.FromException<bool>(error);
            if (outcome is not null) return ValueTask.FromResult(outcome.Value);
            if (_waiting is not null) throw new InvalidOperationException("The previous MoveNextAsync has not completed yet.");
            _waiting = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask<bool>(_waiting.Task);
        }
    }

    private void SetDone(long key, TResult value, Exception? failure, in ItemRun run)
    {
        ForgetArgument(key);
        if (!HasReports || !TrySetDoneLater(key, value, failure, run)) Keep(key, value, failure, run);
    }

    /// <summary>If the item has undelivered progress reports, its result is kept back until they have been delivered.</summary>
    private bool TrySetDoneLater(long key, TResult value, Exception? failure, ItemRun run) => TryFollowReports(() =>
    {
        Keep(key, value, failure, run);
        OnResults();
    });

    private void Keep(long key, TResult value, Exception? failure, in ItemRun run)
    {
        SetItem(key, value, failure, run);
        _items.End([key]);
    }

    private void Keep(ReadOnlySpan<long> keys, TResult[] values, int worker)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            ForgetArgument(keys[i]);
            SetItem(keys[i], values[i], null, RunOf(keys[i], worker));
        }

        _items.End(keys);
    }

    private void SetItem(long key, TResult value, Exception? failure, in ItemRun run)
    {
        ref var item = ref _items[key];
        if (!_asOutcomes) item.Input = default!;
        item.Value = value;
        item.Failure = failure;
        item.Run = run;
    }

    /// <summary>Moves to the next result without the lock, if it is there and nothing else is to be considered.</summary>
    private bool TryAdvance()
    {
        if (_asOutcomes || _waiting is not null || StopReason is not null || !_items.TryPeek(out var key)) return false;
        ref var item = ref _items[key];
        if (!Volatile.Read(ref item.IsDone) || item.Failure is not null) return false;
        Current = item.Value;
        _items.Consume(key);
        _input.OnConsumed();
        return true;
    }

    /// <summary>
    /// Moves to the next result: true if there is one, false at the end, null with an error or if the caller must wait.
    /// </summary>
    private bool? TryAdvance(out Exception? error)
    {
        error = null;

        // A call that is being stopped ends with the reason for that, not with the failures that stopping causes. If the call was
        // only drained, the results of items that had begun come first.
        var isDrained = IsDrained;
        if (!isDrained && (_stopped ?? StopReason) is not null)
        {
            error = _stopped;
            return null;
        }

        while (_items.TryPeek(out var key))
        {
            // When the call has ended, an item that is not done was never begun.
            var wasBegun = Volatile.Read(ref _items[key].IsDone);
            if (!wasBegun && (!isDrained || _stopped is null)) break;
            var item = _items[key];
            _items.Consume(key);
            if (!wasBegun) continue;
            _input.OnConsumed();
            if (_asOutcomes)
            {
                _outcome = new Outcome<T, TResult>(item.Index, item.Input, item.Value, item.Failure, item.Run);
                return true;
            }

            Current = item.Value;
            if (item.Failure is null) return true;
            if (Options.Errors == ErrorPolicy.FailFast)
            {
                error = item.Failure;
                return null;
            }

            _failures.Add(item.Index, item.Failure, isStopping: false);
        }

        // Stopping the call also ended its input, but the stream must end with the reason for the stop.
        error = _stopped;
        if (isDrained || !_inputEnded || _items.Consumed < _items.Added) return null;
        (error, _inputError) = (_inputError, null);
        if (_failures.Any) error = Conclude(error);
        return error is null ? false : null;
    }

    /// <summary>
    /// Reports the failed items once: as an exception of their own, or attached to the one that ended the stream.
    /// </summary>
    private Exception? Conclude(Exception? reason)
    {
        if (reason is not null) _failures.AttachTo(reason);
        else reason = ItemsFailedException.Of(_failures.All, _items.Added);
        _failures.Clear();
        return reason;
    }
}
