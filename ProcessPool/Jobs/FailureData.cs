namespace ProcessPool.Jobs;

/// <summary>What a pool notes in the <see cref="Exception.Data"/> of a failure.</summary>
internal static class FailureData
{
    /// <param name="failure">Why an item has failed.</param>
    /// <param name="item">Its index in the call.</param>
    /// <param name="worker">The number of the worker that ran it; -1 if it never came to one.</param>
    public static void SetItem(Exception failure, long item, int worker)
    {
        Set(failure, PoolDataKeys.Item, item);
        if (worker >= 0) Set(failure, PoolDataKeys.Worker, worker);
    }

    /// <param name="reason">Why a call ends.</param>
    /// <param name="others">What went wrong besides.</param>
    public static void SetOthers(Exception reason, Exception[] others) => Set(reason, PoolDataKeys.OtherFailures, others);

    /// <param name="failure">Why an item has failed.</param>
    /// <param name="question">What the question threw whether to try it again.</param>
    public static void SetRetryOn(Exception failure, Exception question) => Set(failure, PoolDataKeys.RetryOn, question);

    private static void Set(Exception failure, string key, object value)
    {
        try
        {
            failure.Data[key] = value;
        }
        catch (Exception)
        {
            // Users may override Data. What that throws must neither take the place of the failure nor end the thread that tells it.
        }
    }
}
