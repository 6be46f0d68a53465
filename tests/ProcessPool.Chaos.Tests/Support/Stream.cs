namespace ProcessPool.Chaos.Tests.Support;

/// <summary>One outcome of a stream of results.</summary>
internal readonly record struct Outcome(long Value, WorkerDiedException? Failure);

/// <summary>Streams of results whose items may fail.</summary>
internal static class Stream
{
    /// <summary>All outcomes; goes on after an item whose worker died.</summary>
    public static async Task<List<Outcome>> OneByOne(this IAsyncEnumerable<long> results)
    {
        List<Outcome> outcomes = [];
        await using var stream = results.GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!await stream.MoveNextAsync()) return outcomes;
                outcomes.Add(new Outcome(stream.Current, null));
            }
            catch (WorkerDiedException e)
            {
                outcomes.Add(new Outcome(0, e));
            }
        }
    }
}
