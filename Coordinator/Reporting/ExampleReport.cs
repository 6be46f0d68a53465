using ProcessPool.Coordinator.Examples;
using ProcessPool.Coordinator.Running;

namespace ProcessPool.Coordinator.Reporting;

/// <summary>What there is to tell of a run of an example.</summary>
/// <param name="Words">How to name it.</param>
/// <param name="Total">The number of inputs.</param>
/// <param name="Workers">How many workers; 0 for the plain loop.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Findings">What was found, for people.</param>
/// <param name="Facts">What was found, for programs.</param>
internal sealed record ExampleReport(
    ExampleWords Words,
    int Total,
    int Workers,
    RunOutcome Outcome,
    string Findings,
    IReadOnlyList<KeyValuePair<string, object>> Facts)
{
    /// <summary>How the plain loop went, if it ran for comparison.</summary>
    public RunOutcome? PlainLoop { get; init; }

    /// <summary>Whether both gave the same; null if that was not asked for, or could not be told.</summary>
    public Comparison? Comparison { get; init; }

    /// <summary>How many times as fast as the plain loop.</summary>
    public double? Ratio => PlainLoop is null ? null : PlainLoop.Time / Outcome.Time;

    /// <summary>Whether all inputs have a result, and the right one.</summary>
    public bool IsSuccess =>
        Outcome.IsSuccess && (PlainLoop is null || PlainLoop.IsSuccess) && Comparison?.Difference is null;

    /// <summary>The report on a run; its results need not be kept for it.</summary>
    public static ExampleReport Of<T, TResult>(Example<T, TResult> example, int workers, RunOutcome outcome) => new(
        example.Words, example.Count, workers, outcome, example.Findings, [.. example.Facts]);
}
