namespace ProcessPool.Coordinator.Commands;

/// <summary>The values of the options that all commands have.</summary>
/// <param name="Workers">The number of worker processes; null if the option was not given.</param>
/// <param name="Serial">Run the plain loop instead of the pool.</param>
/// <param name="Check">Run both, and compare their results and times.</param>
/// <param name="Json">Print results as one JSON object.</param>
/// <param name="Quiet">Show no progress, only failures.</param>
/// <param name="Verbose">Show more than usual.</param>
internal sealed record RunOptions(int? Workers, bool Serial, bool Check, bool Json, bool Quiet, bool Verbose);
