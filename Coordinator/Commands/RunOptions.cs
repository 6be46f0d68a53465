namespace ProcessPool.Coordinator.Commands;

/// <summary>What all commands can be asked for.</summary>
/// <param name="Workers">How many worker processes; null if nothing was said.</param>
/// <param name="Serial">The plain loop instead of the pool.</param>
/// <param name="Check">Both, to compare their results and times.</param>
/// <param name="Json">Results as one JSON object.</param>
/// <param name="Quiet">No progress; only what goes wrong.</param>
/// <param name="Verbose">More than usual.</param>
internal sealed record RunOptions(int? Workers, bool Serial, bool Check, bool Json, bool Quiet, bool Verbose);
