using ProcessPool.Coordinator.Examples;

namespace ProcessPool.Coordinator.Running;

/// <summary>Runs an example in the workers of a pool.</summary>
internal static class PoolLoop
{
    /// <summary>Calls the function for all inputs. When nothing more is to be started, what runs is finished, and the pool is closed.</summary>
    /// <exception cref="WorkerStartException">No worker starts.</exception>
    public static async Task<RunOutcome> RunAsync<T, TResult>(Pool pool, Example<T, TResult> example, Tally<T, TResult> tally)
    {
        await using CancellationTokenRegistration stopping = tally.Stopping.Register(() => pool.Close(cancelPending: true));
        try
        {
            await foreach (Outcome<T, TResult> outcome in pool.Imap(example.Function, example.Inputs).Outcomes())
                tally.Add(outcome);
        }
        catch (Exception e) when (e is PoolTerminatedException or ObjectDisposedException && tally.Stopping.IsCancellationRequested)
        {
            // All that had started has come; or the pool was closed before anything had.
        }

        return tally.End();
    }
}
