namespace ProcessPool;

/// <summary>
/// The keys under which a pool adds to the <see cref="Exception.Data"/> of failures, including exceptions that tasks threw.
/// </summary>
public static class PoolDataKeys
{
    /// <summary>The index of the failed item in its call, a <see cref="long"/>.</summary>
    public const string Item = "ProcessPool.Item";

    /// <summary>The number of the worker that ran it, an <see cref="int"/>. Missing if no worker did.</summary>
    public const string Worker = "ProcessPool.Worker";

    /// <summary>On the failure that stopped a call: what else failed, an array of exceptions.</summary>
    public const string OtherFailures = "ProcessPool.OtherFailures";

    /// <summary>The exception that <see cref="CallOptions.RetryOn"/> threw when it was asked about this failure.</summary>
    public const string RetryOn = "ProcessPool.RetryOn";
}
