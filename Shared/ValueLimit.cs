namespace ProcessPool;

/// <summary>The error for arguments and results that are larger than the pool's options allow.</summary>
internal static class ValueLimit
{
    /// <param name="what">"argument" or "result".</param>
    /// <param name="type">The declared type.</param>
    /// <param name="size">The encoded size in bytes.</param>
    /// <param name="limit">The allowed size in bytes.</param>
    public static ValueException Exceeded(string what, Type type, long size, long limit) => new(
        what, type,
        $"It takes {size} bytes when encoded; the limit is {limit} (PoolOptions.MaxValueBytes). Send less at once, put the data into a SharedArray or a file, or raise the limit.");
}
