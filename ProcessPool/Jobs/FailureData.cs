namespace ProcessPool.Jobs;

/// <summary>Which item has failed, and where, kept in the exception's own <see cref="Exception.Data"/>.</summary>
internal static class FailureData
{
    private const string Item = "ProcessPool.Item";
    private const string Worker = "ProcessPool.Worker";

    /// <param name="failure">Why it has failed.</param>
    /// <param name="item">Its index in the call.</param>
    /// <param name="worker">The number of the worker that reported it; null if none did.</param>
    public static void Set(Exception failure, long item, int? worker = null)
    {
        try
        {
            failure.Data[Item] = item;
            if (worker is not null) failure.Data[Worker] = worker;
        }
        catch (Exception)
        {
            // Users may override Data. What they throw must not take the place of the failure, nor end the thread that tells it.
        }
    }
}
