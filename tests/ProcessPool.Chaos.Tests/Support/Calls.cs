namespace ProcessPool.Chaos.Tests.Support;

/// <summary>The ways of calling a pool.</summary>
public enum Way
{
    Map,
    Imap,
    ImapUnordered,

    /// <summary>One call for each input, all at the same time.</summary>
    ApplyAsync,
}

/// <summary>The outcome of a call: its results and all exceptions.</summary>
internal sealed record Gathered<T>(List<T> Results, List<Exception> Failures);

/// <summary>Calls a pool in any of the ways, with one signature.</summary>
internal static class Calls
{
    /// <summary>Calls the pool with some inputs. Goes on after failed items if the way of calling allows it.</summary>
    public static async Task<Gathered<TResult>> Call<T, TResult>(this Pool pool, Way way, Func<T, TResult> function, IReadOnlyList<T> inputs)
    {
        switch (way)
        {
            case Way.Map:
                var maps = await GatherTasks([pool.MapAsync(function, inputs)]);
                return new Gathered<TResult>([.. maps.Results.SelectMany(static map => map)], maps.Failures);
            case Way.Imap:
                return await GatherStream(pool.Imap(function, inputs));
            case Way.ImapUnordered:
                return await GatherStream(pool.ImapUnordered(function, inputs));
            default:
                return await GatherTasks([.. inputs.Select(input => pool.ApplyAsync(function, input))]);
        }
    }

    private static async Task<Gathered<T>> GatherTasks<T>(Task<T>[] tasks)
    {
        Gathered<T> gathered = new([], []);
        foreach (var task in tasks)
        {
            try
            {
                gathered.Results.Add(await task);
            }
            catch (Exception e)
            {
                Assert.That(task.IsFaulted, Is.True, "the task is faulted, not cancelled");
                gathered.Failures.Add(e);
            }
        }

        return gathered;
    }

    private static async Task<Gathered<T>> GatherStream<T>(IAsyncEnumerable<T> results)
    {
        Gathered<T> gathered = new([], []);
        await using var stream = results.GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!await stream.MoveNextAsync()) return gathered;
                gathered.Results.Add(stream.Current);
            }
            catch (Exception e)
            {
                gathered.Failures.Add(e);
            }
        }
    }
}
