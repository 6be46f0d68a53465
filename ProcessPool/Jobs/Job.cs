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
        if (options.Progress is not null) _progress = new ProgressReports(options.Progress, LookAtProgress);
    }

    public EncodedCall Call { get; }

    /// <summary>How it is run; the pool's own options are filled in.</summary>
    public CallOptions Options { get; }

    /// <summary>How often an item is tried in vain before it has failed.</summary>
    public int MaxAttempts => Options.MaxAttempts ?? 1;

    /// <summary>The pool: it is not found dropped while a call of it is under way.</summary>
    public object? Owner { get; init; }

    // ---- kept by the scheduler, under its lock ---------------------------------------------------------------------

    public JobState State { get; set; }

    /// <summary>Its items, by their states.</summary>
    public CallItems Items { get; } = new();

    /// <summary>When it must have ended: a timestamp of the scheduler's clock.</summary>
    public long EndBy { get; set; } = long.MaxValue;

    /// <summary>When the workers are killed that still run items of it, as it was stopped: a timestamp as well.</summary>
    public long KillAt { get; set; } = long.MaxValue;

    /// <summary>How long workers were busy with it, and what it started with, in <see cref="System.Diagnostics.Stopwatch"/> ticks.</summary>
    public long WorkerTime { get; set; }

    /// <summary>Whether it stands in the queue of jobs that have items to start. Also looked at without the lock, see <see cref="Scheduling.Turns.Next"/>.</summary>
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
    public int Ready => State == JobState.Active ? Items.Returned + FreshReady : 0;

    /// <summary>Whether the next item is sent only to a worker that has nothing else to do, and alone.</summary>
    public bool NeedsIdleWorker => HasLargeItems || Items.HasSuspects;

    /// <summary>Takes up to <paramref name="most"/> items to start; writes their keys.</summary>
    public int Take(int most, Span<long> keys)
    {
        var count = Items.TakeReturned(most, keys, out var isAlone);
        if (isAlone) return count;
        var fresh = TakeFresh(most - count, keys[count..]);
        Items.TakeFresh(keys.Slice(count, fresh));
        return count + fresh;
    }

    /// <summary>Whether it ended early only because nothing more of it was begun: what had been begun was finished.</summary>
    public bool IsDrained { get; private set; }

    /// <summary>What has not been begun never is; what runs goes on.</summary>
    public virtual void Drain()
    {
        (State, StopReason, IsDrained) = (JobState.Draining, PendingReason, true);
    }

    /// <summary>What has not been begun never is, and what runs is ended.</summary>
    public void Stop(Exception reason) => (State, StopReason, IsDrained) = (JobState.Stopping, reason, false);

    /// <summary>Why it is stopped when its time is over.</summary>
    /// <param name="ended">How many of its items had ended by then.</param>
    public TimeoutException TooLate(long ended) => new(
        $"The call took longer than {Options.Timeout!.Value.TotalSeconds:0.###} s (CallOptions.Timeout); "
        + $"{ended} of its {(Total is { } all ? $"{all} " : "")}items had ended by then. Items still running were stopped.");

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
        var item = IndexOf(key);
        if (failure is ValueException refusal) refusal.Item ??= item;
        FailureData.SetItem(failure, item, run.Worker);
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

    private CallProgress LookAtProgress() => new(Items.Ended, Interlocked.Read(ref _itemsFailed), Total, Stopwatch.GetElapsedTime(_madeAt));

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
