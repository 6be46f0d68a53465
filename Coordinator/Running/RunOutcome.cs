namespace ProcessPool.Coordinator.Running;

/// <summary>How a run of an example went.</summary>
/// <param name="Done">How many inputs have a result.</param>
/// <param name="Failures">Those that have none, in their order.</param>
/// <param name="IsComplete">Whether all inputs were tried; not if the run was interrupted, or the disk was full.</param>
/// <param name="Time">How long it took.</param>
internal sealed record RunOutcome(int Done, IReadOnlyList<ItemFailure> Failures, bool IsComplete, TimeSpan Time)
{
    /// <summary>Results in a second.</summary>
    public double Rate => Done / Math.Max(Time.TotalSeconds, 1e-6);

    /// <summary>Whether all inputs have a result.</summary>
    public bool IsSuccess => IsComplete && Failures.Count == 0;
}
