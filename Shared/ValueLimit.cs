namespace ProcessPool;

/// <summary>Arguments and results that are longer than the pool's options allow.</summary>
internal static class ValueLimit
{
    /// <param name="what">argument or result.</param>
    /// <param name="type">Its declared type.</param>
    /// <param name="size">The bytes that it takes, encoded.</param>
    /// <param name="limit">How many it may take.</param>
    public static ValueException Exceeded(string what, Type type, long size, long limit) => new(
        what, type,
        $"It takes {size} bytes, encoded; the limit is {limit} (PoolOptions.MaxValueBytes). Send less at once, let it lie in a SharedArray or in a file, or raise the limit.");
}
