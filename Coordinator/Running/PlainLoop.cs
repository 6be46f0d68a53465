using ProcessPool.Coordinator.Examples;

namespace ProcessPool.Coordinator.Running;

/// <summary>Runs an example in this process: the loop that a pool replaces.</summary>
internal static class PlainLoop
{
    /// <summary>Calls the function for one input after the other.</summary>
    public static RunOutcome Run<T, TResult>(Example<T, TResult> example, Tally<T, TResult> tally, IProgress<CallProgress>? progress)
    {
        Func<T, TResult> function = example.Function;
        foreach (T input in example.Inputs)
        {
            if (tally.Stopping.IsCancellationRequested)
                break;
            Run(function, input, tally);
            progress?.Report(tally.Progress(isLast: false));
        }

        progress?.Report(tally.Progress(isLast: true));
        return tally.End();
    }

    private static void Run<T, TResult>(Func<T, TResult> function, T input, Tally<T, TResult> tally)
    {
        TResult result;
        try
        {
            result = function(input);
        }
        catch (Exception e)
        {
            // Only this item fails, as in a worker.
            tally.Failed(e);
            return;
        }

        tally.Succeeded(result);
    }
}
