namespace ProcessPool.Jobs;

/// <summary>Where and how an item ran.</summary>
/// <param name="Worker">The number of the worker that ran it; -1 if no worker did.</param>
/// <param name="Attempt">Which attempt it was, from 1.</param>
/// <param name="Duration">How long it ran; zero if that was not measured, or if it never ran.</param>
internal readonly record struct ItemRun(int Worker, int Attempt, TimeSpan Duration)
{
    public static readonly ItemRun None = new(-1, 1, TimeSpan.Zero);
}
