using MessagePack;
using ProcessPool.Frames;

namespace ProcessPool.Jobs;

// Takes results from the workers as they come, and hands them to the consumer of the stream.
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

    /// <summary>If the item has undelivered progress reports, its result is kept back until they have been delivered.</summary>
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

        while (_order.TryPeek(out var key))
        {
            // When the call has ended, an item that is not done was never begun.
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

        // Stopping the call also ended its input, but the stream must end with the reason for the stop.
        error = _stopped;
        if (isDrained || !_inputEnded || _free.Count < _used) return null;
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
        else reason = ItemsFailedException.Of(_failures.All, _taken);
        _failures.Clear();
        return reason;
    }
}
