using System.Collections.Concurrent;
using System.Diagnostics;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Values;

namespace ProcessPool.Jobs;

/// <summary>
/// One Map, Imap or Apply call under way: inputs in, results out. A job knows its items by a key of its own choosing.
/// What the scheduler keeps about it is guarded by the scheduler's lock.
/// </summary>
internal abstract partial class Job
{
    /// <summary>Keys of items that came back unstarted, or are tried again; they go before all others.</summary>
    private readonly Stack<long> _returned = [];

    /// <summary>Keys of items that are suspected of killing workers before they are even claimed.</summary>
    private readonly Queue<long> _suspects = [];

    /// <summary>How often an item was on its way to a worker that died before it claimed anything.</summary>
    private readonly Dictionary<long, int> _unclaimedDeaths = [];

    /// <summary>How often an item was tried, and its worker died or it failed and is tried again.</summary>
    private volatile ConcurrentDictionary<long, int>? _attempts;

    private readonly long _madeAt = Stopwatch.GetTimestamp();
    private readonly ProgressReports? _progress;
    private long _itemsFailed;

    /// <summary>
    /// Encoded arguments of items under way, once some were computed only then, as iterators are: an item that is sent again is
    /// not to be computed again. Null as long as there were none. The threads of two workers may be at the same item at once, if
    /// it was taken back from one that it was just being encoded for: then one waits for the other.
    /// </summary>
    private ConcurrentDictionary<long, Lazy<FrameBuffer>>? _encoded;

    protected Job(EncodedCall call, CallOptions options)
    {
        Call = call;
        Options = options;
        Pace = new ItemPace(options.ChunkSize ?? 1);
        if (options.Timeout is { } timeout) Deadline = Environment.TickCount64 + (long)Math.Ceiling(timeout.TotalMilliseconds);
        if (options.Progress is not null) _progress = new ProgressReports(options.Progress, LookAtProgress);
    }

    public EncodedCall Call { get; }

    /// <summary>How it is run; the pool's own options are filled in.</summary>
    public CallOptions Options { get; }

    /// <summary>The pool: it is not found dropped while a call of it is under way.</summary>
    public object? Owner { get; init; }

    // ---- kept by the scheduler, under its lock ---------------------------------------------------------------------

    public JobState State { get; set; }

    /// <summary>Items that workers have, started or not.</summary>
    public int Outstanding { get; set; }

    /// <summary>When it must have ended, in <see cref="Environment.TickCount64"/>'s milliseconds; null if at no time.</summary>
    public long? Deadline { get; }

    /// <summary>How many items have ended.</summary>
    public long ItemsEnded { get; set; }

    /// <summary>Items that have failed, and wait to be tried again.</summary>
    public int Waiting { get; set; }

    /// <summary>How long workers were busy with it, and what it started with, in <see cref="System.Diagnostics.Stopwatch"/> ticks.</summary>
    public long WorkerTime { get; set; }

    /// <summary>Whether it stands in the queue of jobs that have items to start. Also looked at without the lock, see Scheduler.NextJob.</summary>
    public bool IsQueued { get; set; }

    /// <summary>How many items a worker may have at once: grows while they prove quick.</summary>
    public ItemPace Pace { get; }

    /// <summary>Its items are so large that each is sent only to a worker that has nothing else to do.</summary>
    public bool HasLargeItems { get; set; }

    /// <summary>Why it stops early.</summary>
    public Exception? StopReason { get; set; }

    /// <summary>Why it stops if a worker gives anything of it back that has not started.</summary>
    public Exception? PendingReason { get; set; }

    /// <summary>Items that can be started now.</summary>
    public int Ready => State == JobState.Active ? _suspects.Count + _returned.Count + FreshReady : 0;

    /// <summary>Whether the next item is sent only to a worker that has nothing else to do, and alone.</summary>
    public bool NeedsIdleWorker => HasLargeItems || _suspects.Count > 0;

    /// <summary>Takes up to <paramref name="most"/> items to start; writes their keys.</summary>
    public int Take(int most, Span<long> keys)
    {
        if (_suspects.TryDequeue(out keys[0])) return 1;
        var count = 0;
        while (count < most && _returned.TryPop(out var key)) keys[count++] = key;
        var fresh = TakeFresh(most - count, keys[count..]);
        if (_attempts is not null || _unclaimedDeaths.Count > 0) ForgetAttempts(keys.Slice(count, fresh));
        return count + fresh;
    }

    /// <summary>An item that was taken, and not started after all; a suspect is tried again alone.</summary>
    public void Return(long key, bool isSuspect)
    {
        if (isSuspect) _suspects.Enqueue(key);
        else _returned.Push(key);
    }

    /// <summary>An item was on its way to a worker that died before it claimed anything: how often so far.</summary>
    public int CountUnclaimedDeath(long key) => _unclaimedDeaths[key] = _unclaimedDeaths.GetValueOrDefault(key) + 1;

    /// <summary>An item was tried in vain: how often so far.</summary>
    public int CountAttempt(long key)
    {
        var attempts = _attempts ??= [];
        return attempts[key] = attempts.GetValueOrDefault(key) + 1;
    }

    /// <summary>How often an item was tried in vain. Any thread.</summary>
    public int AttemptsOf(long key) => _attempts?.GetValueOrDefault(key) ?? 0;

    /// <summary>Keys come again, for other items.</summary>
    private void ForgetAttempts(ReadOnlySpan<long> keys)
    {
        foreach (var key in keys)
        {
            _attempts?.TryRemove(key, out _);
            _unclaimedDeaths.Remove(key);
        }
    }

    /// <summary>Whether it goes on only as long as somebody reads its results.</summary>
    public virtual bool IsStream => false;

    /// <summary>Whether no item is left to start, and none will come.</summary>
    public bool IsExhausted => State != JobState.Active || (InputEnded && Ready == 0);

    // ---- for each kind of job ------------------------------------------------------------------------------------

    /// <summary>Inputs that were not taken yet; may grow at any time. Any thread, under the scheduler's lock.</summary>
    protected abstract int FreshReady { get; }

    /// <summary>Whether no input will be added.</summary>
    protected abstract bool InputEnded { get; }

    protected abstract int TakeFresh(int most, Span<long> keys);

    /// <summary>The declared type of the arguments, for messages.</summary>
    public abstract Type ArgumentType { get; }

    /// <summary>Reads the results.</summary>
    public abstract ValueFormatter ResultFormatter { get; }

    /// <summary>The declared type of the results, for messages.</summary>
    public Type ResultType => ResultFormatter.Type;

    /// <summary>The index of an item in the call, for messages.</summary>
    public abstract long IndexOf(long key);

    /// <summary>Writes an item's argument, as it was written before if it cannot be written again. Without a lock, any thread.</summary>
    /// <param name="message">Where to.</param>
    /// <param name="writer">To that message.</param>
    /// <param name="key">The item.</param>
    /// <param name="mark">The place that is reached.</param>
    public void Encode(FrameBuffer message, ref MessagePackWriter writer, long key, FrameBuffer.Mark mark)
    {
        if (_encoded is not null)
        {
            message.Append(ref writer, _encoded.GetOrAdd(key, EncodeApart).Value);
            return;
        }

        message.HasComputed = false;
        WriteListening(message, ref writer, key);
        if (!message.HasComputed) return;
        var copy = new FrameBuffer(256);
        writer.Flush();
        copy.Append(message, mark);
        Interlocked.CompareExchange(ref _encoded, [], null);
        _encoded.TryAdd(key, new(copy));
    }

    /// <summary>An item is done, or another one has this key now: nobody needs its argument any more.</summary>
    protected void ForgetArgument(long key)
    {
        _encoded?.TryRemove(key, out _);
        _targetsOfItems?.TryRemove(key, out _);
    }

    private Lazy<FrameBuffer> EncodeApart(long key) => new(() =>
    {
        var message = new FrameBuffer(256);
        var writer = new MessagePackWriter(message);
        WriteListening(message, ref writer, key);
        writer.Flush();
        return message;
    });

    /// <summary>Writes an item's argument. Without a lock, any thread; may be called again for the same item.</summary>
    protected abstract void WriteArgument(ref MessagePackWriter writer, ValueContext context, long key);

    /// <summary>Reads an item's result and keeps it. Without a lock, the thread that reads from the worker.</summary>
    public abstract void ReadResult(ref MessagePackReader reader, FrameReader frame, long key, in ItemRun run);

    /// <summary>An item has failed. Without a lock, any thread.</summary>
    /// <returns>Whether the whole job stops for that reason.</returns>
    public bool SetFailure(long key, Exception failure, in ItemRun run)
    {
        Interlocked.Increment(ref _itemsFailed);
        FailureData.SetItem(failure, IndexOf(key), run.Worker);
        return OnFailure(key, failure, run);
    }

    /// <inheritdoc cref="SetFailure"/>
    protected abstract bool OnFailure(long key, Exception failure, in ItemRun run);

    /// <summary>Some items have ended. Without a lock, after each batch of them.</summary>
    public void OnReported()
    {
        _progress?.Notify();
        OnResults();
    }

    /// <inheritdoc cref="OnReported"/>
    protected abstract void OnResults();

    /// <summary>How many items there are, once that is known. Any thread.</summary>
    public abstract long? Total { get; }

    private CallProgress LookAtProgress() => new(ItemsEnded, Interlocked.Read(ref _itemsFailed), Total, Stopwatch.GetElapsedTime(_madeAt));

    /// <summary>None of its items runs, and none will. Without a lock, once.</summary>
    public abstract void OnEnded();
}

/// <summary>How far a job is.</summary>
internal enum JobState
{
    Active,

    /// <summary>Nothing of it is started any more; what runs goes on.</summary>
    Draining,

    /// <summary>Nothing of it is started any more; what runs is being ended.</summary>
    Stopping,

    Ended,
}
