using ProcessPool.Coordinator.Examples;

namespace ProcessPool.Coordinator.Running;

/// <summary>Runs an example in the workers of a pool.</summary>
internal static class PoolLoop
{
    /// <summary>Calls the function for all inputs; what has started is finished also when nothing more is to be started.</summary>
    /// <exception cref="WorkerStartException">No worker starts.</exception>
    public static async Task<Outcome> RunAsync<T, TResult>(
        Pool pool, Example<T, TResult> example, Tally<T, TResult> tally, Lookahead lookahead)
    {
        await using CancellationTokenRegistration stopping = tally.Stopping.Register(lookahead.Stop);
        IEnumerable<T> inputs = lookahead.Limit(example.Inputs);
        await using IAsyncEnumerator<TResult> results = pool.Imap(example.Function, inputs).GetAsyncEnumerator();
        for (int index = 0; ; index++)
        {
            Exception? failure = null;
            try
            {
                if (!await results.MoveNextAsync())
                    return tally.End();
            }
            catch (Exception e) when (index < example.Count && IsOfOneItem(e))
            {
                // The stream goes on behind an item that failed.
                failure = e;
            }

            if (failure is null)
                tally.Succeeded(index, results.Current);
            else
                tally.Failed(index, failure);
            lookahead.OnResult();
        }
    }

    /// <summary>Of what the pool itself reports, only a worker's death is one item's; the rest ends the call.</summary>
    private static bool IsOfOneItem(Exception failure) => failure is not PoolException { Item: null };
}
