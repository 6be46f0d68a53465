namespace ProcessPool.Jobs;

/// <summary>Adds the pool's entries to the <see cref="Exception.Data"/> of a failure.</summary>
internal static class FailureData
{
    /// <param name="failure">The failure of an item.</param>
    /// <param name="item">Its index in the call.</param>
    /// <param name="worker">The number of the worker that ran it; -1 if no worker did.</param>
    public static void SetItem(Exception failure, long item, int worker)
    {
        Set(failure, PoolDataKeys.Item, item);
        if (worker >= 0) Set(failure, PoolDataKeys.Worker, worker);
    }

    /// <param name="reason">The failure that ends a call.</param>
    /// <param name="others">The other failures.</param>
    public static void SetOthers(Exception reason, Exception[] others) => Set(reason, PoolDataKeys.OtherFailures, others);

    /// <param name="failure">The failure of an item.</param>
    /// <param name="question">The exception that <see cref="CallOptions.RetryOn"/> threw.</param>
    public static void SetRetryOn(Exception failure, Exception question) => Set(failure, PoolDataKeys.RetryOn, question);

    private static void Set(Exception failure, string key, object value)
    {
        try
        {
            failure.Data[key] = value;
        }
        catch (Exception)
        {
            // User code may override Data. If it throws, that must neither replace the failure nor end this thread.
        }
    }
}
