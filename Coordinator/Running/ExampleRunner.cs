using ProcessPool.Coordinator.Examples;
using ProcessPool.Coordinator.Reporting;

namespace ProcessPool.Coordinator.Running;

/// <summary>Runs an example as the options say: in the workers, in a plain loop, or in both to compare them.</summary>
internal static class ExampleRunner
{
    /// <summary>Runs an example and makes the report on it.</summary>
    public static async Task<ExampleReport> RunAsync<T, TResult>(Example<T, TResult> example, Session session)
    {
        if (session.Pool is not { } pool)
            return ExampleReport.Of(example, 0, await RunPlainAsync(example, session));

        RunOutcome outcome = await RunInPoolAsync(pool, example, session);
        ExampleReport report = ExampleReport.Of(example, pool.Workers, outcome);
        if (!session.Options.Check || !outcome.IsComplete)
            return report;

        using Example<T, TResult> again = example.Again();
        using IDisposable _ = session.Interruption.WhenKilled(again.Dispose);
        RunOutcome loop = await RunPlainAsync(again, session);
        return report with
        {
            PlainLoop = loop,
            Comparison = loop.IsComplete ? Comparison.Of(example, outcome, again, loop) : null,
        };
    }

    private static async Task<RunOutcome> RunInPoolAsync<T, TResult>(Pool pool, Example<T, TResult> example, Session session)
    {
        using Tally<T, TResult> tally = Start(example, session, isRepeated: false);
        using IDisposable _ = CleanUpWhenKilled(example, session, tally, session.MostAhead);
        try
        {
            return await PoolLoop.RunAsync(pool, example, tally, session.ProgressOf(example.Words.Name));
        }
        finally
        {
            await session.Interruption.GoOnUnlessKilledAsync();
        }
    }

    private static async Task<RunOutcome> RunPlainAsync<T, TResult>(Example<T, TResult> example, Session session)
    {
        using Tally<T, TResult> tally = Start(example, session, isRepeated: session.Pool is not null);
        using IDisposable _ = CleanUpWhenKilled(example, session, tally, mostRunning: 1);
        RunOutcome outcome = PlainLoop.Run(example, tally, session.ProgressOf($"{example.Words.Name}, plain loop"));
        await session.Interruption.GoOnUnlessKilledAsync();
        return outcome;
    }

    private static Tally<T, TResult> Start<T, TResult>(Example<T, TResult> example, Session session, bool isRepeated) =>
        new(example, session.Log, isRepeated, session.Interruption.Stopping);

    /// <summary>Removes unfinished results when the process is killed. Items that were taken have finished.</summary>
    private static IDisposable CleanUpWhenKilled<T, TResult>(
        Example<T, TResult> example, Session session, Tally<T, TResult> tally, int mostRunning) =>
        session.Interruption.WhenKilled(() => example.RemoveLeftovers(tally.Taken, tally.Taken + mostRunning));
}
