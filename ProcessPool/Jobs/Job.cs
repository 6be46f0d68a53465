using System.Collections.Concurrent;
using System.Diagnostics;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Values;

namespace ProcessPool.Jobs;

/// <summary>
/// One Map, Imap or Apply call under way: inputs in, results out. Each kind of job chooses the keys of its items.
/// The scheduler's lock guards what the scheduler keeps about a job.
/// </summary>
internal abstract partial class Job
{
    private readonly long _madeAt = Stopwatch.GetTimestamp();
    private readonly ProgressReports? _progress;
    private long _itemsFailed;

    /// <summary>
    /// Encoded arguments of items under way, for arguments that are computed while they are encoded, such as iterators: an item
    /// that is sent again must not be computed again. Null while there are no such arguments. Two threads may encode the same
    /// item at once, if it was taken back while it was being encoded for another worker; then one waits for the other.
    /// </summary>
    private ConcurrentDictionary<long, Lazy<FrameBuffer>>? _encoded;

    protected Job(EncodedCall call, CallOptions options)
    {
        Call = call;
        Options = options;
        Pace = new ItemPace(options.ChunkSize ?? 1, call.Duration);
        if (options.Progress is not null) _progress = new ProgressReports(options.Progress, LookAtProgress);
    }

    public EncodedCall Call { get; }

    /// <summary>How the call is run, with the pool's values for what the caller left open.</summary>
    public CallOptions Options { get; }

    /// <summary>After how many failed attempts an item fails.</summary>
    public int MaxAttempts => Options.MaxAttempts ?? 1;

    /// <summary>The pool. This reference keeps it from being collected while a call is under way.</summary>
    public object? Owner { get; init; }

    // ---- kept by the scheduler, under its lock ---------------------------------------------------------------------

    public JobState State { get; set; }

    /// <summary>
    /// Whether the call may start items. If not, it waits until the pool has room (<see cref="PoolOptions.MaxWaitingItems"/>).
    /// </summary>
    public bool IsAdmitted { get; set; } = true;

    /// <summary>The items by their states.</summary>
    public CallItems Items { get; } = new();

    /// <summary>When the call times out: a timestamp of the scheduler's clock.</summary>
    public long EndBy { get; set; } = long.MaxValue;

    /// <summary>When workers that still run items of a stopped call are killed: a timestamp too.</summary>
    public long KillAt { get; set; } = long.MaxValue;

    /// <summary>
    /// The worker time of the call in <see cref="System.Diagnostics.Stopwatch"/> ticks, including the value that it started with
    /// (see <see cref="Scheduling.Turns.Join"/>).
    /// </summary>
    public long WorkerTime { get; set; }

    /// <summary>The calls of the same priority; null before the call may start items, and after its end.</summary>
    public Scheduling.Turns.Level? Level { get; set; }

    /// <summary>
    /// Whether the job is in the queue of jobs that have items to start. Also read without the lock, see
    /// <see cref="Scheduling.Turns.Next"/>.
    /// </summary>
    public bool IsQueued { get; set; }

    /// <summary>Decides how many items a worker may have at once: more while the items prove quick.</summary>
    public ItemPace Pace { get; }

    /// <summary>Whether items are so large that each is sent only to an idle worker.</summary>
    public bool HasLargeItems { get; set; }

    /// <summary>Why the call stops early.</summary>
    public Exception? StopReason { get; set; }

    /// <summary>Why the call will be drained if a worker gives back an item that has not begun; null if it will not be.</summary>
    public Exception? PendingReason { get; set; }

    /// <summary>How many items can be started now.</summary>
    public int Ready => State == JobState.Active && IsAdmitted ? Items.Returned + FreshReady : 0;

    /// <summary>Whether the next item is sent alone, and only to an idle worker.</summary>
    public bool NeedsIdleWorker => HasLargeItems || Items.HasSuspects;

    /// <summary>Takes up to <paramref name="most"/> items to start, and writes their keys.</summary>
    public int Take(int most, Span<long> keys)
    {
        var count = Items.TakeReturned(most, keys, out var isAlone);
        if (isAlone) return count;
        var fresh = TakeFresh(most - count, keys[count..]);
        Items.TakeFresh(keys.Slice(count, fresh));
        return count + fresh;
    }

    /// <summary>Whether the call was drained: no more items were begun, but items that had begun were finished.</summary>
    public bool IsDrained { get; private set; }

    /// <summary>Drains the call: items that have not begun never run, and running items finish.</summary>
    public virtual void Drain()
    {
        (State, StopReason, IsDrained) = (JobState.Draining, PendingReason, true);
    }

    /// <summary>Stops the call: items that have not begun never run, and the scheduler ends running items.</summary>
    public void Stop(Exception reason) => (State, StopReason, IsDrained) = (JobState.Stopping, reason, false);

    /// <summary>Creates the failure of a call that has exceeded its timeout.</summary>
    /// <param name="ended">How many of its items had ended by then.</param>
    public TimeoutException TooLate(long ended) => new(
        $"The call took longer than {Options.Timeout!.Value.TotalSeconds:0.###} s (CallOptions.Timeout); "
        + $"{ended} of its {(Total is { } all ? $"{all} " : "")}items had ended by then. Items still running were stopped.");

    /// <summary>Whether the call goes on only while somebody reads its results.</summary>
    public virtual bool IsStream => false;

    /// <summary>Whether no item is left to start, and none will come.</summary>
    public bool IsExhausted => State != JobState.Active || (IsAdmitted && InputEnded && Ready == 0);

    // ---- for each kind of job ------------------------------------------------------------------------------------

    /// <summary>
    /// How many inputs were not taken yet and can be. May grow at any time. Any thread, under the scheduler's lock.
    /// </summary>
    protected abstract int FreshReady { get; }

    /// <summary>Whether no more inputs will be added.</summary>
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

    /// <summary>
    /// Writes an item's argument. An argument that cannot be computed again is written as it was before. Without a lock, any
    /// thread.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="writer">Writes to that message.</param>
    /// <param name="key">The item.</param>
    /// <param name="mark">The current end of the message.</param>
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

    /// <summary>Whether all arguments are simple (<see cref="ValueFormatter.IsSimple"/>).</summary>
    public virtual bool HasSimpleArguments => false;

    /// <summary>
    /// Writes the simple arguments of items with consecutive indices. Without a lock, any thread. May be called again for the same
    /// items.
    /// </summary>
    /// <param name="writer">Writes to the context's message.</param>
    /// <param name="context">The context of the message.</param>
    /// <param name="keys">The items, beginning with the first.</param>
    /// <returns>How many arguments were written: up to the first one whose index does not follow.</returns>
    public virtual int WriteArguments(ref MessagePackWriter writer, ValueContext context, ReadOnlySpan<long> keys) => throw new NotSupportedException();

    /// <summary>Forgets the encoded argument of an item that has ended, or whose key now belongs to another item.</summary>
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

    /// <summary>Writes an item's argument. Without a lock, any thread. May be called again for the same item.</summary>
    protected abstract void WriteArgument(ref MessagePackWriter writer, ValueContext context, long key);

    /// <summary>Reads an item's result and keeps it. Without a lock, called by the thread that reads from the worker.</summary>
    public abstract void ReadResult(ref MessagePackReader reader, FrameReader frame, long key, in ItemRun run);

    /// <summary>Reads the results of several items.</summary>
    /// <inheritdoc cref="ReadResult"/>
    /// <param name="reader">The bytes to read from.</param>
    /// <param name="frame">The frame that must contain the results.</param>
    /// <param name="keys">The items.</param>
    /// <param name="worker">The worker that ran them.</param>
    /// <param name="done">Incremented with each result.</param>
    public virtual void ReadResults(ref MessagePackReader reader, FrameReader frame, ReadOnlySpan<long> keys, int worker, ref int done)
    {
        foreach (var key in keys)
        {
            ReadResult(ref reader, frame, key, RunOf(key, worker));
            done++;
        }
    }

    /// <summary>The run of an item whose duration was not measured.</summary>
    public ItemRun RunOf(long key, int worker) => new(worker, Items.AttemptsOf(key) + 1, TimeSpan.Zero);

    /// <summary>An item has failed. Without a lock, any thread.</summary>
    /// <returns>Whether the failure stops the whole job.</returns>
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

    /// <summary>Some items have ended. Called without a lock after each batch.</summary>
    public void OnReported()
    {
        _progress?.Notify();
        OnResults();
    }

    /// <inheritdoc cref="OnReported"/>
    protected abstract void OnResults();

    /// <summary>How many items there are; null while that is not known. Any thread.</summary>
    public abstract long? Total { get; }

    private CallProgress LookAtProgress(bool isLast) =>
        new(Items.Ended, Interlocked.Read(ref _itemsFailed), Total, Stopwatch.GetElapsedTime(_madeAt), isLast) { Call = _progress!.Identity };

    /// <summary>Completes the job for its caller. Called once, without a lock, when all reports of its items were delivered.</summary>
    public void OnConcluded()
    {
        OnEnded();
        DropItemReports();
        _progress?.Close();
    }

    /// <summary>The job has ended: none of its items is running, and none will run. Called once, without a lock.</summary>
    public abstract void OnEnded();
}

/// <summary>Where a job is in its life.</summary>
internal enum JobState
{
    Active,

    /// <summary>No more items are started, and running items finish.</summary>
    Draining,

    /// <summary>No more items are started, and running items are being ended.</summary>
    Stopping,

    Ended,
}
