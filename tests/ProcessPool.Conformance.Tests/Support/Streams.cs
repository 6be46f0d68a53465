namespace ProcessPool.Conformance.Tests.Support;

/// <summary>Streams of results, read to their end.</summary>
internal static class Streams
{
    /// <summary>All results; and that the end stays the end.</summary>
    public static async Task<List<T>> ToEnd<T>(this IAsyncEnumerable<T> results)
    {
        List<T> list = [];
        await using var stream = results.GetAsyncEnumerator();
        while (await stream.MoveNextAsync()) list.Add(stream.Current);
        Assert.That(await stream.MoveNextAsync(), Is.False, "it has ended, and stays so");
        return list;
    }

    /// <summary>The first results, up to a number.</summary>
    public static async Task<List<T>> First<T>(this IAsyncEnumerable<T> results, int count)
    {
        List<T> list = [];
        await foreach (var result in results)
        {
            list.Add(result);
            if (list.Count == count) break;
        }

        return list;
    }

    /// <summary>The results before an exception, and the exception.</summary>
    public static async Task<(List<T> Results, Exception? Failure)> UpToFailure<T>(this IAsyncEnumerable<T> results)
    {
        List<T> list = [];
        try
        {
            await foreach (var result in results) list.Add(result);
            return (list, null);
        }
        catch (Exception e)
        {
            return (list, e);
        }
    }
}
