using MessagePack;
using ProcessPool.Frames;

namespace ProcessPool.Jobs;

// Results in: from the workers, as they come. Results out: to whoever enumerates the stream.
internal sealed partial class ImapJob<T, TResult>
{
    public TResult Current { get; private set; } = default!;

    Outcome<T, TResult> IAsyncEnumerator<Outcome<T, TResult>>.Current => _outcome!;

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

    /// <summary>Where the item has reported something that is not taken yet: nobody sees its result before that.</summary>
    private bool TrySetDoneLater(long key, TResult value, Exception? failure, ItemRun run) => TryFollowReports(() =>
    {
        Keep(key, value, failure, run);
        OnResults();
    });

    private void Keep(long key, TResult value, Exception? failure, in ItemRun run)
    {
        lock (_lock)
        {
            ref var slot = ref _slots[key];
            if (!_asOutcomes) slot.Input = default!;
            slot.Value = value;
            slot.Failure = failure;
            slot.Run = run;
            slot.IsDone = true;
            if (!_ordered) _order.Enqueue((int)key);
        }
    }

    /// <summary>Moves to the next result, if it is there: true, or false at the end; null if it must be waited for.</summary>
    private bool? TryAdvance(out Exception? error)
    {
        error = null;

        // A call that is being stopped ends with the reason for it, not with what stopping does to its items. If only nothing more was begun, what
        // has been comes first.
        var isDrained = IsDrained;
        if (!isDrained && (_stopped ?? StopReason) is not null)
        {
            error = _stopped;
            return null;
        }

        while (_order.TryPeek(out var key))
        {
            // What is not done although nothing runs was never begun.
            var wasBegun = _slots[key].IsDone;
            if (!wasBegun && (!isDrained || _stopped is null)) break;
            _order.Dequeue();
            if (!wasBegun) continue;
            var slot = _slots[key];
            _slots[key] = default;
            _free.Push(key);
            _input.OnConsumed();
            if (_asOutcomes)
            {
                _outcome = new Outcome<T, TResult>(slot.Index, slot.Input, slot.Value, slot.Failure, slot.Run);
                return true;
            }

            Current = slot.Value;
            if (slot.Failure is null) return true;
            if (Options.Errors == ErrorPolicy.FailFast)
            {
                error = slot.Failure;
                return null;
            }

            _failures.Add(slot.Index, slot.Failure, isStopping: false);
        }

        // Its input has ended, too, as it was stopped: but that is not the end that it would have had.
        error = _stopped;
        if (isDrained || !_inputEnded || _free.Count < _used) return null;
        (error, _inputError) = (_inputError, null);
        if (_failures.Any) error = Conclude(error);
        return error is null ? false : null;
    }

    /// <summary>Failed items are told once, and go with what ended the stream if it was something else.</summary>
    private Exception? Conclude(Exception? reason)
    {
        if (reason is not null) _failures.AttachTo(reason);
        else reason = ItemsFailedException.Of(_failures.All, _taken);
        _failures.Clear();
        return reason;
    }
}
