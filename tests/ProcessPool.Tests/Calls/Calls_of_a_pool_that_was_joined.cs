namespace ProcessPool.Tests.Calls;

/// <summary>Once a pool was joined, nothing of it is under way.</summary>
[CancelAfter(60_000)]
internal sealed class Calls_of_a_pool_that_was_joined
{
    [Test]
    public void Are_complete([Values(0, 1, 3)] int workers, [Values] bool isTerminated)
    {
        for (var round = 0; round < 20; round++)
        {
            using var pool = new Pool(workers);
            var limit = isTerminated && workers > 0 ? Timeout.Infinite : 1;
            Task[] calls =
            [
                .. Enumerable.Range(0, 5).Select(_ => pool.ApplyAsync(() => Sleep(limit))),
                pool.ApplyAsync(static x => x + 1, 1),
                pool.MapAsync(static x => x + 1, [1, 2, 3]),
                pool.ApplyAsync(static () => { }),
            ];
            if (isTerminated) pool.Terminate();
            else pool.Close();
            pool.Join();
            Assert.That(calls.Select(static call => call.IsCompleted), Is.All.True);
            if (!isTerminated) Assert.That(calls.Select(static call => call.IsCompletedSuccessfully), Is.All.True);
        }
    }

    private static int Sleep(int milliseconds)
    {
        Thread.Sleep(milliseconds);
        return 0;
    }
}
