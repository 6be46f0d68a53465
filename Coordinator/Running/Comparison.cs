using ProcessPool.Coordinator.Examples;

namespace ProcessPool.Coordinator.Running;

/// <summary>Whether the plain loop and the pool gave the same results.</summary>
/// <param name="Compared">The number of results that are equal, up to the first difference.</param>
/// <param name="Difference">The first difference, in words; null if there is none.</param>
internal sealed record Comparison(int Compared, string? Difference)
{
    /// <summary>Compares the results bit by bit, up to the first difference.</summary>
    public static Comparison Of<T, TResult>(Example<T, TResult> here, RunOutcome pool, Example<T, TResult> there, RunOutcome loop)
    {
        HashSet<int> failedHere = [.. pool.Failures.Select(failure => failure.Index)];
        HashSet<int> failedThere = [.. loop.Failures.Select(failure => failure.Index)];
        int compared = 0;
        for (int i = 0; i < here.Count; i++)
        {
            if (failedHere.Contains(i) != failedThere.Contains(i))
            {
                string failed = failedHere.Contains(i) ? "pool" : "plain loop";
                return new Comparison(compared, $"{here.NameOf(i)} failed in the {failed} only");
            }

            if (failedHere.Contains(i))
                continue;
            if (!here.IsEqual(i, there))
                return new Comparison(compared, $"{here.NameOf(i)} differs");
            compared++;
        }

        return new Comparison(compared, null);
    }
}
