using System.Diagnostics;
using MessagePack;
using ProcessPool.Scheduling;
using ProcessPool.Values;

namespace ProcessPool.Jobs;

/// <summary>
/// An Imap or ImapUnordered call. Inputs are taken as results are consumed, with a limit on how far they may be ahead.
/// </summary>
/// <remarks>
/// A thread of its own enumerates the input (<see cref="ImapInput{T}"/>), and a <c>MoveNext</c> that blocks holds no lock. The
/// thread that reads a result completes the consumer's <c>MoveNextAsync</c>. So the call itself needs no thread of the thread
/// pool.
/// </remarks>
internal sealed partial class ImapJob<T, TResult> : Job, IAsyncEnumerator<TResult>, IAsyncEnumerator<Outcome<T, TResult>>
{
    /// <summary>Inputs that come at least this quickly wait for each other.</summary>
    private static readonly long QuickTicks = Stopwatch.Frequency / 100_000;

    /// <summary>How many inputs wait for each other.</summary>
    private const int MostHeldBack = 64;

    private readonly ValueFormatter<T> _arguments;
    private readonly ValueFormatter<TResult> _formatter;
    private readonly Scheduler _scheduler;
    private readonly ImapInput<T> _input;
    private readonly bool _asOutcomes;
    private readonly int _chunk;
    private readonly CancellationTokenRegistration[] _registrations = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly ImapItems<T, TResult> _items;

    /// <summary>Guards the fields below. May be taken within the scheduler's lock, never the other way round.</summary>
    private readonly Lock _lock = new();

    /// <summary>With <see cref="ErrorPolicy.FinishAll"/>: the failures so far, until all results were handed out.</summary>
    private readonly Failures _failures = new();

    private Outcome<T, TResult>? _outcome;
    private readonly long? _countOfInput;

    /// <summary>When an input was last added while a worker waited. Only the thread that enumerates the input uses these two.</summary>
    private long _lookedAt;
    private bool _holdsBack;
    private volatile bool _inputEnded;
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
        _items = new ImapItems<T, TResult>(ordered);
        _asOutcomes = asOutcomes;
        _chunk = Math.Max(1, Math.Min(options.ChunkSize ?? 1, size / 2));
        _input = new ImapInput<T>(input, size, refillAt: size < 64 ? 1 : size / 4, AddInput, OnFull, EndInput);
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
            var count = _items.Fresh;
            return count >= _chunk || _inputEnded ? count : 0;
        }
    }

    public override long? Total => _items.Added <= _countOfInput ? _countOfInput : _inputEnded ? _items.Added : null;

    protected override bool InputEnded => _inputEnded;

    public override Type ArgumentType => typeof(T);

    public override ValueFormatter ResultFormatter => _formatter;

    public override long IndexOf(long key) => _items[key].Index;

    protected override void WriteArgument(ref MessagePackWriter writer, ValueContext context, long key) =>
        _arguments.Write(ref writer, _items[key].Input, context);

    public override bool HasSimpleArguments => _arguments.IsSimple;

    public override int WriteArguments(ref MessagePackWriter writer, ValueContext context, ReadOnlySpan<long> keys)
    {
        var index = IndexOf(keys[0]);
        var count = 0;
        for (; count < keys.Length; count++)
        {
            ref var item = ref _items[keys[count]];
            if (item.Index != index + count) break;
            _arguments.Serialize(ref writer, item.Input, context);
        }

        return count;
    }

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

    protected override int TakeFresh(int most, Span<long> keys) => _items.Give(most, keys);

    private CancellationTokenRegistration StopWhenCancelled(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister((_, token) => _scheduler.Stop(this, new OperationCanceledException(token)), null);

    private void AddInput(T input)
    {
        // Before the input is added, and after the key was made, because a thread that is late with the previous item of this key may
        // have kept an encoded argument.
        ForgetArgument(_items.Make(input));
        _items.Publish();
        if (_chunk > 1 && _items.Fresh < _chunk) return;

        // With this fence, either the scheduler sees the input, or this thread sees that a worker is hungry or that the job has
        // left the queue, where workers that are busy with other jobs would not find it.
        Interlocked.MemoryBarrier();
        if ((_scheduler.IsHungry || !IsQueued) && !TryHoldBack()) GiveHeldBack();
    }

    /// <summary>
    /// Lets inputs that quickly follow each other wait for some more, because each message to a worker that waits costs as much as many
    /// quick items.
    /// </summary>
    private bool TryHoldBack()
    {
        var now = Stopwatch.GetTimestamp();
        var isQuick = now - _lookedAt < QuickTicks;
        _lookedAt = now;
        if (!isQuick || _items.Fresh >= MostHeldBack || (!_holdsBack && !_scheduler.TryLookSoon())) return false;
        _holdsBack = true;
        return true;
    }

    /// <summary>Has inputs that were held back given to workers.</summary>
    private void GiveHeldBack()
    {
        _holdsBack = false;
        _scheduler.InputChanged(this);
    }

    /// <summary>There is no room for more inputs, so nothing follows soon.</summary>
    private void OnFull()
    {
        if (_holdsBack) GiveHeldBack();
    }

    private void EndInput(Exception? error)
    {
        lock (_lock)
        {
            _inputError = error;
            _inputEnded = true;
        }

        _scheduler.InputChanged(this);
        OnReported();
    }
}
