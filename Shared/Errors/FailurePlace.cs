namespace ProcessPool.Errors;

/// <summary>Where a task threw an exception.</summary>
/// <param name="Item">The index of the item in its call.</param>
/// <param name="WorkerId">The id, within the pool, of the worker that ran the item.</param>
/// <param name="ProcessId">The worker's process id.</param>
internal sealed record FailurePlace(long Item, int WorkerId, int ProcessId)
{
    /// <summary>The place, written as the last line of a stack trace.</summary>
    public string Line => $"   at item {Item} of the call, in worker {WorkerId} (process {ProcessId})";
}
