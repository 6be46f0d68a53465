namespace ProcessPool;

/// <summary>
/// How one call is run. Where an option is null, <see cref="PoolOptions"/> decides. Immutable; use <c>with</c> for a variant.
/// </summary>
public sealed record CallOptions
{
    /// <summary>
    /// How long the call may take, from when it is made (a stream: from when it is enumerated) to its last result. After that the
    /// call is stopped, as if by its token, and fails with <see cref="TimeoutException"/>. Default: null, no limit.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <inheritdoc cref="PoolOptions.ItemTimeout"/>
    /// <remarks><see cref="Timeout.InfiniteTimeSpan"/>: none, whatever the pool's is.</remarks>
    public TimeSpan? ItemTimeout { get; init; }

    /// <summary>
    /// Which calls' items free workers get first: those of the call with the highest number. Calls of the same priority share the
    /// workers. Default: 0. It may be negative, for work in the background.
    /// </summary>
    /// <remarks>
    /// Running items go on, and so do the few milliseconds' worth of quick items that a worker has been sent ahead. An item of a lower
    /// priority waits as long as items of higher ones wait, which may be for ever. Of calls that wait for room
    /// (<see cref="PoolOptions.MaxWaitingItems"/>), too, the one with the highest priority starts first.
    /// </remarks>
    public int Priority { get; init; }

    /// <inheritdoc cref="PoolOptions.MaxAttempts"/>
    public int? MaxAttempts { get; init; }

    /// <summary>
    /// Decides whether a failed item is retried. Requires <see cref="MaxAttempts"/> of 2 or more, here or in
    /// <see cref="PoolOptions"/>. Default: null, only items whose worker died are retried.
    /// </summary>
    /// <remarks>
    /// It receives what the item threw, an <see cref="ItemTimeoutException"/> or a <see cref="WorkerMemoryException"/>. It is called in this process, on a thread of
    /// the pool, and should be quick. If it throws, the item fails, and this exception is in the failure's
    /// <see cref="Exception.Data"/> (<see cref="PoolDataKeys.RetryOn"/>).
    /// </remarks>
    public Func<Exception, bool>? RetryOn { get; init; }

    /// <summary>How long an item waits before <see cref="RetryOn"/> lets it run again. Default: zero.</summary>
    public TimeSpan RetryDelay { get; init; }

    /// <inheritdoc cref="PoolOptions.BufferSize"/>
    public int? BufferSize { get; init; }

    /// <summary>
    /// The least number of items that are sent to a worker together, while there are that many: a hint for quick items. Default:
    /// null, which starts with one item and sends more together while items prove quick. Python: <c>chunksize</c>.
    /// </summary>
    /// <remarks>
    /// It changes only the speed: items are still run, limited in time, retried and reported one by one. A stream waits for this
    /// many inputs before it sends them, but never for more than half of its buffer.
    /// </remarks>
    public int? ChunkSize { get; init; }

    /// <summary>
    /// Receives how far the call is: up to 20 times a second while items end, and once when the call has ended, also if it has failed
    /// or was cancelled (<see cref="CallProgress.IsLast"/>). <see cref="ConsoleProgress"/> shows it in a console. Default: none.
    /// </summary>
    /// <remarks>
    /// Its <c>Report</c> is called on a thread of the call's own, one report at a time. Items do not wait for it, but the end of the
    /// call waits for the last report; a call that was stopped, and a stream that is disposed of, wait for at most five seconds. It
    /// must not wait for its own call. Exceptions that it throws are traced and ignored. <see cref="Progress{T}"/> passes each
    /// report on to its context (without a context: the thread pool), so its handler may run after the call.
    /// </remarks>
    public IProgress<CallProgress>? Progress { get; init; }

    /// <summary>What happens to the other items when one fails. Default: <see cref="ErrorPolicy.FailFast"/>.</summary>
    public ErrorPolicy Errors { get; init; }

    /// <summary>These options, with the pool's values for options that are null.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    /// <exception cref="ArgumentException">Two values contradict each other.</exception>
    internal CallOptions Over(PoolOptions pool)
    {
        if (Timeout is { } all && all <= TimeSpan.Zero && all != System.Threading.Timeout.InfiniteTimeSpan) throw OutOfRange(nameof(Timeout), all, "more than zero, or null");
        if (ItemTimeout is { } each && each <= TimeSpan.Zero && each != System.Threading.Timeout.InfiniteTimeSpan) throw OutOfRange(nameof(ItemTimeout), each, "more than zero, or null");
        if (MaxAttempts is < 1) throw OutOfRange(nameof(MaxAttempts), MaxAttempts, "1 or more, or null");
        if (RetryDelay < TimeSpan.Zero) throw OutOfRange(nameof(RetryDelay), RetryDelay, "zero or more");
        if (BufferSize is < 1) throw OutOfRange(nameof(BufferSize), BufferSize, "1 or more, or null");
        if (ChunkSize is < 1) throw OutOfRange(nameof(ChunkSize), ChunkSize, "1 or more, or null");
        if (Errors is < ErrorPolicy.FailFast or > ErrorPolicy.FinishAll) throw OutOfRange(nameof(Errors), Errors, "one of ErrorPolicy");
        if (RetryOn is not null && (MaxAttempts ?? pool.MaxAttempts) == 1)
        {
            throw new ArgumentException(
                "CallOptions.RetryOn has no effect: MaxAttempts (of CallOptions or PoolOptions) is 1. Set it to 2 or more.",
                "options");
        }

        return this with
        {
            Timeout = OrNone(Timeout),
            ItemTimeout = pool.Workers == 0 ? null : OrNone(ItemTimeout ?? pool.ItemTimeout),
            MaxAttempts = MaxAttempts ?? pool.MaxAttempts,
            BufferSize = BufferSize ?? pool.BufferSize,
        };
    }

    private static TimeSpan? OrNone(TimeSpan? limit) => limit == System.Threading.Timeout.InfiniteTimeSpan ? null : limit;

    private static ArgumentOutOfRangeException OutOfRange(string name, object? value, string range) =>
        new("options", value, $"CallOptions.{name} must be {range}.");
}

/// <summary>What happens to a call when an item fails.</summary>
public enum ErrorPolicy
{
    /// <summary>
    /// The call stops: no more items are started, running items are cancelled, and killed after
    /// <see cref="PoolOptions.KillDelay"/>. Then the exception is thrown. Other items that failed by then are in its
    /// <see cref="Exception.Data"/> (<see cref="PoolDataKeys.OtherFailures"/>). A stream (<c>Imap</c>) throws the exception at
    /// the item's place, and the caller can go on with the next item.
    /// </summary>
    FailFast,

    /// <summary>
    /// All items are run. If some failed, <see cref="ItemsFailedException"/> is thrown at the end; a stream throws it after its
    /// last result.
    /// </summary>
    FinishAll,
}
