using ProcessPool.Coordinator.Examples;
using ProcessPool.Coordinator.Reporting;

namespace ProcessPool.Coordinator.Running;

/// <summary>Runs an example as the options say: in the workers, in a plain loop, or in both to compare them.</summary>
internal static class ExampleRunner
{
    /// <summary>Runs an example; what is told of it is in the report.</summary>
    public static async Task<ExampleReport> RunAsync<T, TResult>(Example<T, TResult> example, Session session)
    {
        if (session.Pool is not { } pool)
            return ExampleReport.Of(example, 0, await RunPlainAsync(example, session));

        RunOutcome outcome = await session.Progress.ShowAsync(
            example.Name, example.Count, counter => RunInPoolAsync(pool, example, session, counter));
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

    private static async Task<RunOutcome> RunInPoolAsync<T, TResult>(
        Pool pool, Example<T, TResult> example, Session session, Counter counter)
    {
        using IDisposable _ = CleanUpWhenKilled(example, session, counter, session.MostAhead);
        using Tally<T, TResult> tally = Start(example, session, counter, isRepeated: false);
        try
        {
            return await PoolLoop.RunAsync(pool, example, tally);
        }
        finally
        {
            await session.Interruption.GoOnUnlessKilledAsync();
        }
    }

    private static Task<RunOutcome> RunPlainAsync<T, TResult>(Example<T, TResult> example, Session session) =>
        session.Progress.ShowAsync($"{example.Name}, plain loop", example.Count, async counter =>
        {
            using IDisposable _ = CleanUpWhenKilled(example, session, counter, mostRunning: 1);
            using Tally<T, TResult> tally = Start(example, session, counter, isRepeated: session.Pool is not null);
            RunOutcome outcome = PlainLoop.Run(example, tally);
            await session.Interruption.GoOnUnlessKilledAsync();
            return outcome;
        });

    /// <summary>Of the items that run when it is killed, the first is the next to be counted.</summary>
    private static IDisposable CleanUpWhenKilled<T, TResult>(
        Example<T, TResult> example, Session session, Counter counter, int mostRunning) =>
        session.Interruption.WhenKilled(() => example.RemoveLeftovers(counter.Done, counter.Done + mostRunning));

    private static Tally<T, TResult> Start<T, TResult>(
        Example<T, TResult> example, Session session, Counter counter, bool isRepeated) =>
        new(example, counter, session.Log, isRepeated, session.Interruption.Stopping);
}
