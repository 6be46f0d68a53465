using ProcessPool.Memory;

namespace ProcessPool.Protocol.Tests;

/// <summary>Workers that start and die before they have claimed an item, again and again.</summary>
[TestFixture]
[CancelAfter(60_000)]
internal sealed class Workers_that_only_die_end_the_pool
{
    [Test]
    public async Task A_call_ends_with_the_reason()
    {
        var launcher = new ScriptedLauncher(worker => worker.Greet()) { NewPage = static () => new StatusPage() };
        await using var pool = new Pool(new PoolOptions { Workers = 1 }, launcher);
        await using var stream = pool.Imap(i => i, Enumerable.Range(0, 1000)).GetAsyncEnumerator();
        List<Exception> failures = [];
        while (failures is not [.., WorkerStartException])
        {
            Assert.That(failures, Has.Count.LessThan(10));
            try
            {
                await stream.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            }
            catch (PoolException e)
            {
                failures.Add(e);
            }
        }

        Assert.That(failures[..^1], Is.All.TypeOf<WorkerDiedException>(), "items that were on their way three times");
        Assert.That(failures[^1].Message, Does.Contain("die before they run anything").And.Contain("ended with exit code 0"));
        Assert.That(() => pool.Apply(() => 1), Throws.TypeOf<WorkerStartException>());
        Assert.That(launcher.Starts, Is.EqualTo(8));
        Assert.That(launcher.Errors, Is.Empty);
    }

    [Test]
    public void One_that_works_in_between_starts_the_count_anew()
    {
        var starts = 0;
        var launcher = new ScriptedLauncher(worker =>
        {
            worker.Greet();
            if (Interlocked.Increment(ref starts) % 3 != 0) return;
            if (worker.NextItems() is not [var (sequence, argument), ..]) return;
            worker.Page!.TryClaim(sequence);
            worker.Send(Frames.Result(sequence, 2 * argument));
        })
        { NewPage = static () => new StatusPage() };
        using var pool = new Pool(new PoolOptions { Workers = 1, RecycleAfter = 1 }, launcher);
        Assert.That(pool.Imap(i => 2 * i, Enumerable.Range(0, 6)).ToBlockingEnumerable(), Is.EqualTo(new[] { 0, 2, 4, 6, 8, 10 }));
        Assert.That(starts, Is.GreaterThan(8));
        Assert.That(launcher.Errors, Is.Empty);
    }
}
