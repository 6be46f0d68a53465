namespace ProcessPool;

/// <summary>How one call is run; what is null here is as <see cref="PoolOptions"/> says. Immutable; vary one with <c>with</c>.</summary>
public sealed record CallOptions
{
    /// <summary>
    /// How long the call may take, from when it is made (a stream: from when it is enumerated) to its last result. Then it is
    /// stopped, as by a <see cref="CancellationToken"/>, and fails with <see cref="TimeoutException"/>. Default: null, no limit.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <inheritdoc cref="PoolOptions.ItemTimeout"/>
    /// <remarks><see cref="Timeout.InfiniteTimeSpan"/>: none, whatever the pool's is.</remarks>
    public TimeSpan? ItemTimeout { get; init; }

    /// <inheritdoc cref="PoolOptions.MaxAttempts"/>
    public int? MaxAttempts { get; init; }

    /// <summary>
    /// Says of an item's failure whether the item is tried again, as long as <see cref="MaxAttempts"/> allows, which must be 2 or
    /// more then, here or in <see cref="PoolOptions"/>: what it threw, or <see cref="ItemTimeoutException"/>. Default: null, only items whose worker died are. Called
    /// in this process, on a thread of the pool's; it should be quick. If it throws, the item has failed, with this exception in the failure's
    /// <see cref="Exception.Data"/>, as <c>ProcessPool.RetryOn</c>.
    /// </summary>
    public Func<Exception, bool>? RetryOn { get; init; }

    /// <summary>How long an item waits that is tried again because of <see cref="RetryOn"/>. Default: zero.</summary>
    public TimeSpan RetryDelay { get; init; }

    /// <inheritdoc cref="PoolOptions.BufferSize"/>
    public int? BufferSize { get; init; }

    /// <summary>
    /// How many items go to a worker together, at least, as long as there are so many: a hint for quick ones. It changes nothing but
    /// speed; items are run, limited in time, tried again and reported one by one all the same. A stream waits for so many inputs
    /// before it sends them, but for no more than half its buffer. Default: null, one at first, more while they prove quick. Python: <c>chunksize</c>.
    /// </summary>
    public int? ChunkSize { get; init; }

    /// <summary>
    /// Is told how far the call is: some times a second while items end, and once when all have. On a thread of the thread
    /// pool, one report at a time; what it throws is ignored. Default: none.
    /// </summary>
    public IProgress<CallProgress>? Progress { get; init; }

    /// <summary>What becomes of the other items when one fails. Default: <see cref="ErrorPolicy.FailFast"/>.</summary>
    public ErrorPolicy Errors { get; init; }

    /// <summary>With <see cref="PoolOptions"/>' values for what is null.</summary>
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
            throw new ArgumentException("CallOptions.RetryOn says which failures are tried again, but MaxAttempts (of CallOptions or PoolOptions) is 1: no item is. Set it to 2 or more.", "options");
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

/// <summary>What becomes of a call when an item fails.</summary>
public enum ErrorPolicy
{
    /// <summary>
    /// The call stops: what has not started never does, running items are cancelled and after <see cref="PoolOptions.KillDelay"/>
    /// killed, then the exception is thrown. What else has failed by then is in its <see cref="Exception.Data"/>, as
    /// <c>ProcessPool.OtherFailures</c>, an array of exceptions. A stream (<c>Imap</c>) throws it at the item's place; who catches
    /// it can go on with the next.
    /// </summary>
    FailFast,

    /// <summary>All items are run, then <see cref="ItemsFailedException"/> is thrown if some failed; by a stream, after its last result.</summary>
    FinishAll,
}
