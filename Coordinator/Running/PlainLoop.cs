using ProcessPool.Coordinator.Examples;

namespace ProcessPool.Coordinator.Running;

/// <summary>Runs an example in this process: the loop that a pool replaces.</summary>
internal static class PlainLoop
{
    /// <summary>Calls the function for one input after the other.</summary>
    public static RunOutcome Run<T, TResult>(Example<T, TResult> example, Tally<T, TResult> tally)
    {
        Func<T, TResult> function = example.Function;
        int index = 0;
        foreach (T input in example.Inputs)
        {
            if (tally.Stopping.IsCancellationRequested)
                break;
            TResult result;
            try
            {
                result = function(input);
            }
            catch (Exception e)
            {
                // The item's failure, as it would be in a worker.
                tally.Failed(index++, e);
                continue;
            }

            tally.Succeeded(index++, result);
        }

        return tally.End();
    }
}
