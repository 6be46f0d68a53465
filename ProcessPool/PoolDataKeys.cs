namespace ProcessPool;

/// <summary>What a pool notes in the <see cref="Exception.Data"/> of any failure, also of what a task threw: the keys.</summary>
public static class PoolDataKeys
{
    /// <summary>The index in its call of the item that failed: a <see cref="long"/>.</summary>
    public const string Item = "ProcessPool.Item";

    /// <summary>The number in its pool of the worker that ran it: an <see cref="int"/>. Not there if the item never came to one.</summary>
    public const string Worker = "ProcessPool.Worker";

    /// <summary>Of the first failure, for which a call was stopped: what failed besides, an array of exceptions.</summary>
    public const string OtherFailures = "ProcessPool.OtherFailures";

    /// <summary>What <see cref="CallOptions.RetryOn"/> threw when it was asked about this failure: an exception.</summary>
    public const string RetryOn = "ProcessPool.RetryOn";
}
