using ProcessPool.Coordinator.Examples;
using ProcessPool.Coordinator.Running;

namespace ProcessPool.Coordinator.Reporting;

/// <summary>What is reported about a run of an example.</summary>
/// <param name="Words">The words for the example.</param>
/// <param name="Total">The number of inputs.</param>
/// <param name="Workers">The number of workers; 0 for the plain loop.</param>
/// <param name="Outcome">The outcome of the run.</param>
/// <param name="Findings">A summary of the results, for people.</param>
/// <param name="Facts">The arguments and a summary of the results, for programs.</param>
internal sealed record ExampleReport(
    ExampleWords Words,
    int Total,
    int Workers,
    RunOutcome Outcome,
    string Findings,
    IReadOnlyList<KeyValuePair<string, object>> Facts)
{
    /// <summary>The outcome of the plain loop, if it ran for comparison.</summary>
    public RunOutcome? PlainLoop { get; init; }

    /// <summary>Whether both gave the same results; null if they were not compared, or the plain loop was not complete.</summary>
    public Comparison? Comparison { get; init; }

    /// <summary>How many times as fast as the plain loop the run was.</summary>
    public double? Ratio => PlainLoop is null ? null : PlainLoop.Time / Outcome.Time;

    /// <summary>
    /// From how many inputs on the workers are sooner ready than the plain loop, if they have to be started first; null if they are
    /// not with all inputs of this run. Of fewer inputs, each worker takes its share as fast as the plain loop does. All other time
    /// that this run took counts as a fixed cost.
    /// </summary>
    /// <param name="startTime">How long the workers took to start.</param>
    /// <param name="processors">How many processors they have.</param>
    public int? PaysFrom(TimeSpan startTime, int processors)
    {
        if (PlainLoop is not { IsSuccess: true } loop || !Outcome.IsSuccess || startTime + Outcome.Time >= loop.Time)
            return null;
        TimeSpan share = loop.Time / Math.Min(Workers, processors);
        return Math.Max(1, (int)Math.Ceiling(Total * ((startTime + Outcome.Time - share) / (loop.Time - share))));
    }

    /// <summary>Whether all inputs have a result, and no difference was found.</summary>
    public bool IsSuccess =>
        Outcome.IsSuccess && (PlainLoop is null || PlainLoop.IsSuccess) && Comparison?.Difference is null;

    /// <summary>Makes the report on a run. The report does not hold the results.</summary>
    public static ExampleReport Of<T, TResult>(Example<T, TResult> example, int workers, RunOutcome outcome) => new(
        example.Words, example.Count, workers, outcome, example.Findings, [.. example.Facts]);
}
