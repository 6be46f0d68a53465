namespace ProcessPool.Jobs;

/// <summary>The items of a call that have failed.</summary>
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
    /// <param name="failure">Why it failed.</param>
    /// <param name="isStopping">The call is being stopped: that its items are cancelled or killed is no failure of theirs.</param>
    public void Add(long item, Exception failure, bool isStopping)
    {
        if (isStopping && IsConsequence(failure)) return;
        lock (_lock) _all.Add((item, failure));
    }

    /// <summary>Attaches to the reason for which a call ends what went wrong besides.</summary>
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
