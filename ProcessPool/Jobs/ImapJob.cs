using MessagePack;
using ProcessPool.Scheduling;
using ProcessPool.Values;

namespace ProcessPool.Jobs;

/// <summary>
/// An Imap or ImapUnordered call: inputs are taken as results are consumed, never more than a number of them ahead.
/// Inputs and results lie in slots, which are used again; an item's key is its slot.
/// </summary>
/// <remarks>
/// The input is enumerated by a thread of its own (<see cref="ImapInput{T}"/>); a <c>MoveNext</c> that blocks holds no
/// lock. The result stream hands out a result as soon as it is there; so nobody needs a thread of the thread pool.
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

    /// <summary>Guards all that follows. Taken within the scheduler's lock, never the other way round.</summary>
    private readonly Lock _lock = new();

    /// <summary>Grows; who reads the input of a slot without the lock may do so in the old array.</summary>
    private Slot[] _slots = [];

    private readonly Stack<int> _free = [];

    /// <summary>How many slots were ever used.</summary>
    private int _used;

    /// <summary>Inputs that nobody has taken yet.</summary>
    private readonly Queue<int> _fresh = [];

    /// <summary>In the order in which results are handed out: that of the inputs, or that of their ends.</summary>
    private readonly Queue<int> _order = [];

    /// <summary>With <see cref="ErrorPolicy.FinishAll"/>, until all results were handed out.</summary>
    private readonly Failures _failures = new();

    private Outcome<T, TResult>? _outcome;
    private long _taken;
    private bool _inputEnded;
    private Exception? _inputError;
    private Exception? _stopped;
    private TaskCompletionSource<bool>? _waiting;

    /// <param name="call">The function.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="scheduler">Gives its items to workers.</param>
    /// <param name="input">The inputs.</param>
    /// <param name="ordered">Whether results come in the order of the inputs.</param>
    /// <param name="asOutcomes">Whether failures are results, too.</param>
    /// <param name="cancellationTokens">Each of them stops it.</param>
    public ImapJob(
        EncodedCall call, CallOptions options, Scheduler scheduler, IEnumerable<T> input, bool ordered, bool asOutcomes, params ReadOnlySpan<CancellationToken> cancellationTokens)
        : base(call, options)
    {
        _arguments = call.Formatters.Get<T>();
        _formatter = call.Formatters.Get<TResult>();
        const int defaultSize = 1024;
        var size = options.BufferSize ?? defaultSize;
        _scheduler = scheduler;
        _ordered = ordered;
        _asOutcomes = asOutcomes;
        _chunk = Math.Max(1, Math.Min(options.ChunkSize ?? 1, size / 2));
        _input = new ImapInput<T>(input, size, refillAt: options.BufferSize is null ? size / 4 : 1, AddInput, EndInput);
        foreach (var token in cancellationTokens)
        {
            if (!token.IsCancellationRequested) continue;

            // Not left to chance whether it is stopped before it is done.
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
            lock (_lock) return _inputEnded ? _taken : null;
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
        _arguments.Serialize(ref writer, _slots[key].Input, context);

    public override void Drain()
    {
        base.Drain();
        _input.Stop();
    }

    public override void OnEnded()
    {
        _input.Stop();
        lock (_lock) _stopped = StopReason;
        OnReported();
        _ended.TrySetResult();
    }

    /// <summary>Stops what is under way; returns when no item of the call runs any more.</summary>
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

            // After the input is there: a thread that is late with the item before it could have kept this slot's argument.
            ForgetArgument(slot);
            _fresh.Enqueue(slot);
            if (_ordered) _order.Enqueue(slot);
            if (_fresh.Count < _chunk) return;
        }

        // Full fence in the lock's release and this look: either the worker sees the input, or we see its hunger, or
        // that the job has left the queue, where workers that are busy with other jobs would not find it.
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
