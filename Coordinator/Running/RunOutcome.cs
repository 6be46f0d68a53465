namespace ProcessPool.Coordinator.Running;

/// <summary>The outcome of a run of an example.</summary>
/// <param name="Done">The number of inputs that have a result.</param>
/// <param name="Failures">The inputs that failed, in their order.</param>
/// <param name="IsComplete">Whether all inputs were tried; false if the run was interrupted, or the disk was full.</param>
/// <param name="Time">How long the run took.</param>
internal sealed record RunOutcome(int Done, IReadOnlyList<ItemFailure> Failures, bool IsComplete, TimeSpan Time)
{
    /// <summary>Results per second.</summary>
    public double Rate => Done / Math.Max(Time.TotalSeconds, 1e-6);

    /// <summary>Whether all inputs have a result.</summary>
    public bool IsSuccess => IsComplete && Failures.Count == 0;
}
