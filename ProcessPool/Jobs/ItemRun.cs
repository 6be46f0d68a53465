namespace ProcessPool.Jobs;

/// <summary>Where and how an item ended.</summary>
/// <param name="Worker">The number of the worker in its pool; -1 if it never came to one.</param>
/// <param name="Attempt">Which attempt it was, from 1.</param>
/// <param name="Duration">How long it ran; zero if nobody asked, or it never did.</param>
internal readonly record struct ItemRun(int Worker, int Attempt, TimeSpan Duration)
{
    public static readonly ItemRun None = new(-1, 1, TimeSpan.Zero);
}
