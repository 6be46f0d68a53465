using MessagePack;
using ProcessPool.Scheduling;
using ProcessPool.Values;

namespace ProcessPool.Jobs;

/// <summary>
/// An Imap or ImapUnordered call. Inputs are taken as results are consumed, with a limit on how far they may be ahead. Inputs and
/// results are kept in slots that are reused; an item's key is the index of its slot.
/// </summary>
/// <remarks>
/// A thread of its own enumerates the input (<see cref="ImapInput{T}"/>), and a <c>MoveNext</c> that blocks holds no lock. The
/// thread that reads a result completes the consumer's <c>MoveNextAsync</c>. So the call itself needs no thread of the thread
/// pool.
/// </remarks>
internal sealed partial class ImapJob<T, TResult> : Job, IAsyncEnumerator<TResult>, IAsyncEnumerator<Outcome<T, TResult>>
{
    private readonly ValueFormatter<T> _arguments;
    private readonly ValueFormatter<TResult> _formatter;
    private readonly Scheduler _scheduler;
    private readonly ImapInput<T> _input;
    private readonly bool _ordered;
    private readonly bool _asOutcomes;
    private readonly int _chunk;
    private readonly CancellationTokenRegistration[] _registrations = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Guards the fields below. May be taken within the scheduler's lock, never the other way round.</summary>
    private readonly Lock _lock = new();

    /// <summary>Grows. A thread that reads a slot without the lock may still read it in the old array.</summary>
    private Slot[] _slots = [];

    private readonly Stack<int> _free = [];

    /// <summary>How many slots have ever been used.</summary>
    private int _used;

    /// <summary>The slots of inputs that were not taken yet.</summary>
    private readonly Queue<int> _fresh = [];

    /// <summary>
    /// Slots in the order in which results are handed out: the order of the inputs, or the order in which items end.
    /// </summary>
    private readonly Queue<int> _order = [];

    /// <summary>With <see cref="ErrorPolicy.FinishAll"/>: the failures so far, until all results were handed out.</summary>
    private readonly Failures _failures = new();

    private Outcome<T, TResult>? _outcome;
    private readonly long? _countOfInput;
    private long _taken;
    private bool _inputEnded;
    private Exception? _inputError;
    private Exception? _stopped;
    private TaskCompletionSource<bool>? _waiting;

    /// <param name="call">The function.</param>
    /// <param name="options">How the call is run.</param>
    /// <param name="scheduler">Gives the items to workers.</param>
    /// <param name="input">The inputs.</param>
    /// <param name="ordered">Whether results come in the order of the inputs.</param>
    /// <param name="asOutcomes">Whether failures are handed out as results.</param>
    /// <param name="cancellationTokens">Each of them stops the call.</param>
    public ImapJob(
        EncodedCall call, CallOptions options, Scheduler scheduler, IEnumerable<T> input, bool ordered, bool asOutcomes, params ReadOnlySpan<CancellationToken> cancellationTokens)
        : base(call, options)
    {
        _arguments = call.Formatters.Get<T>();
        _formatter = call.Formatters.Get<TResult>();
        const int defaultSize = 1024;
        var size = options.BufferSize ?? defaultSize;
        _scheduler = scheduler;
        if (options.Progress is not null && input.TryGetNonEnumeratedCount(out var count)) _countOfInput = count;
        _ordered = ordered;
        _asOutcomes = asOutcomes;
        _chunk = Math.Max(1, Math.Min(options.ChunkSize ?? 1, size / 2));
        _input = new ImapInput<T>(input, size, refillAt: options.BufferSize is null ? size / 4 : 1, AddInput, EndInput);
        foreach (var token in cancellationTokens)
        {
            if (!token.IsCancellationRequested) continue;

            // Stop the call before it starts, so that it cannot finish first.
            (State, StopReason) = (JobState.Stopping, new OperationCanceledException(token));
            scheduler.Start(this);
            return;
        }

        scheduler.Start(this);
        _input.Start();
        _registrations = new CancellationTokenRegistration[cancellationTokens.Length];
        for (var i = 0; i < cancellationTokens.Length; i++) _registrations[i] = StopWhenCancelled(cancellationTokens[i]);
    }

    public override bool IsStream => true;

    protected override int FreshReady
    {
        get
        {
            lock (_lock) return _fresh.Count >= _chunk || _inputEnded ? _fresh.Count : 0;
        }
    }

    public override long? Total
    {
        get
        {
            lock (_lock) return _taken <= _countOfInput ? _countOfInput : _inputEnded ? _taken : null;
        }
    }

    protected override bool InputEnded
    {
        get
        {
            lock (_lock) return _inputEnded;
        }
    }

    public override Type ArgumentType => typeof(T);

    public override ValueFormatter ResultFormatter => _formatter;

    public override long IndexOf(long key) => _slots[key].Index;

    protected override void WriteArgument(ref MessagePackWriter writer, ValueContext context, long key) =>
        _arguments.Write(ref writer, _slots[key].Input, context);

    public override void Drain()
    {
        base.Drain();
        _input.Stop();
    }

    public override void OnEnded()
    {
        _input.Stop();
        lock (_lock) _stopped = StopReason;
        OnResults();
        _ended.TrySetResult();
    }

    /// <summary>Stops the call. Returns when none of its items is running.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var registration in _registrations) await registration.DisposeAsync().ConfigureAwait(false);
        _scheduler.Stop(this, new ObjectDisposedException("the stream of results"));
        await _ended.Task.ConfigureAwait(false);
    }

    protected override int TakeFresh(int most, Span<long> keys)
    {
        lock (_lock)
        {
            var count = 0;
            while (count < most && _fresh.TryDequeue(out var slot)) keys[count++] = slot;
            return count;
        }
    }

    private CancellationTokenRegistration StopWhenCancelled(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister((_, token) => _scheduler.Stop(this, new OperationCanceledException(token)), null);

    private void AddInput(T input)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out var slot)) slot = NewSlot();
            _slots[slot] = new Slot { Input = input, Index = _taken++ };

            // Do this after the new input is set: a thread that is late with the slot's previous item may have kept an encoded
            // argument.
            ForgetArgument(slot);
            _fresh.Enqueue(slot);
            if (_ordered) _order.Enqueue(slot);
            if (_fresh.Count < _chunk) return;
        }

        // With this fence, either the scheduler sees the input, or this thread sees that a worker is hungry or that the job has
        // left the queue, where workers that are busy with other jobs would not find it.
        Interlocked.MemoryBarrier();
        if (_scheduler.IsHungry || !IsQueued) _scheduler.InputChanged(this);
    }

    private int NewSlot()
    {
        if (_used == _slots.Length) Array.Resize(ref _slots, Math.Max(16, 2 * _used));
        return _used++;
    }

    private void EndInput(Exception? error)
    {
        lock (_lock)
        {
            _inputEnded = true;
            _inputError = error;
        }

        _scheduler.InputChanged(this);
        OnReported();
    }

    private struct Slot
    {
        public T Input;
        public TResult Value;
        public Exception? Failure;
        public ItemRun Run;
        public long Index;
        public bool IsDone;
    }
}
