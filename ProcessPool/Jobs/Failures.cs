namespace ProcessPool.Jobs;

/// <summary>The failures of a call's items.</summary>
internal sealed class Failures
{
    private readonly Lock _lock = new();
    private readonly List<(long Item, Exception Failure)> _all = [];

    public bool Any
    {
        get
        {
            lock (_lock) return _all.Count > 0;
        }
    }

    public IReadOnlyList<(long Item, Exception Failure)> All
    {
        get
        {
            lock (_lock) return [.. _all];
        }
    }

    /// <param name="item">The index of the item.</param>
    /// <param name="failure">Why the item failed.</param>
    /// <param name="isStopping">Whether the call is being stopped. Then items that are cancelled or killed do not count as
    /// failed.</param>
    public void Add(long item, Exception failure, bool isStopping)
    {
        if (isStopping && IsConsequence(failure)) return;
        lock (_lock) _all.Add((item, failure));
    }

    /// <summary>Attaches the other failures to the one that ends the call.</summary>
    /// <returns>The other failures.</returns>
    public Exception[] AttachTo(Exception reason)
    {
        Exception[] others = [.. All.Select(static failure => failure.Failure).Where(failure => failure != reason)];
        if (others.Length > 0) FailureData.SetOthers(reason, others);
        return others;
    }

    public void Clear()
    {
        lock (_lock) _all.Clear();
    }

    private static bool IsConsequence(Exception failure) => failure switch
    {
        WorkerDiedException died => died.IsConsequence,
        OperationCanceledException => true,
        RemoteTaskException remote => remote.RemoteTypeName is "System.OperationCanceledException" or "System.Threading.Tasks.TaskCanceledException",
        _ => false,
    };
}
