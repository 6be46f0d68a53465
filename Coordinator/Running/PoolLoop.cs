using ProcessPool.Coordinator.Examples;

namespace ProcessPool.Coordinator.Running;

/// <summary>Runs an example in the workers of a pool.</summary>
internal static class PoolLoop
{
    /// <summary>
    /// Calls the function for all inputs. When the tally stops the run, the pool is closed: running items finish, no more start.
    /// </summary>
    /// <exception cref="WorkerStartException">No worker starts.</exception>
    public static async Task<RunOutcome> RunAsync<T, TResult>(
        Pool pool, Example<T, TResult> example, Tally<T, TResult> tally, IProgress<CallProgress>? progress)
    {
        await using CancellationTokenRegistration stopping = tally.Stopping.Register(() => pool.Close(cancelPending: true));
        try
        {
            var options = new CallOptions { Progress = progress };
            await foreach (Outcome<T, TResult> outcome in pool.Imap(example.Function, example.Inputs, options).Outcomes())
            {
                if (outcome.Succeeded)
                    tally.Succeeded(outcome.Value);
                else
                    tally.Failed(outcome.Exception);
            }
        }
        catch (Exception e) when (e is PoolTerminatedException or ObjectDisposedException && tally.Stopping.IsCancellationRequested)
        {
            // The pool was closed. The results of all items that had started have been taken.
        }

        return tally.End();
    }
}
