using System.Globalization;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>Idle workers end after a while, if the pool is set up that way, and come back when there is work.</summary>
[TimeLimit(120)]
[TestFixture(1, true)]
[TestFixture(3, true)]
[TestFixture(3, false)]
[Parallelizable(ParallelScope.All)]
internal sealed class Workers_with_nothing_to_do(int workers, bool useStatusPage)
{
    [Test]
    public async Task End_and_come_back_for_every_way_to_call()
    {
        await using var pool = NewPool();
        foreach (var call in new Func<Task>[]
        {
            async () => Assert.That(await pool.MapAsync(static x => x + 1, Enumerable.Range(0, 1000)), Is.EqualTo(Enumerable.Range(1, 1000))),
            async () => Assert.That(await pool.ApplyAsync(static () => 3), Is.EqualTo(3)),
            async () => Assert.That((await pool.Imap(static x => x + 1, Enumerable.Range(0, 1000)).ToListAsync()).Count, Is.EqualTo(1000)),
        })
        {
            await EndOfAll(pool);
            await call();
        }
    }

    [Test]
    public async Task All_come_back_for_long_items()
    {
        await using var pool = NewPool();
        await EndOfAll(pool);
        var ids = await pool.MapAsync(static _ => { Thread.Sleep(200); return WorkerContext.WorkerId; }, Enumerable.Range(0, 30));
        Assert.That(ids.Distinct().Count(), Is.EqualTo(workers));
    }

    [Test]
    public async Task End_too_where_the_last_that_was_meant_for_them_could_not_be_sent()
    {
        await using var pool = NewPool();
        await pool.WaitUntilReadyAsync();
        await Assert.ThrowsAsync<ValueException>(() => pool.ApplyAsync(static numbers => numbers.Sum(), Argument()));
        Assert.That(Eventually.True(() => pool.WorkerPids.Count == 0), Is.True);

        static IEnumerable<int> Argument()
        {
            // Longer than the idle timeout.
            Thread.Sleep(500);
            yield return int.Parse("none", CultureInfo.InvariantCulture);
        }
    }

    [Test]
    public async Task A_trickling_input_wakes_them_too()
    {
        await using var pool = NewPool();
        Assert.That((await pool.Imap(static x => x, Input()).ToListAsync()).Count, Is.EqualTo(6));

        static IEnumerable<int> Input()
        {
            for (var i = 0; i < 6; i++)
            {
                // Longer than the idle timeout.
                Thread.Sleep(500);
                yield return i;
            }
        }
    }

    [Test]
    public async Task An_input_wakes_one_of_them_while_the_others_are_busy()
    {
        // Each item keeps its worker busy until all items run, and each input comes only when the item before it runs.
        var items = workers + 1;
        await using var pool = new Pool(new PoolOptions { Workers = items, UseStatusPage = useStatusPage, IdleTimeout = TimeSpan.FromSeconds(0.2) });
        await EndOfAll(pool);
        using var started = SharedValue.Create(0);
        using var taken = new ManualResetEventSlim();
        await using var results = pool.ImapUnordered(item => { started.Increment(); return Eventually.True(() => started.Value == items); }, Input()).GetAsyncEnumerator();
        for (var i = 0; i < items; i++)
        {
            Assert.That(await results.MoveNextAsync(), Is.True);
            Assert.That(results.Current, Is.True, "all items ran at the same time");
        }

        taken.Set();
        Assert.That(await results.MoveNextAsync(), Is.False);

        IEnumerable<int> Input()
        {
            for (var i = 0; i < items; i++)
            {
                Eventually.True(() => started.Value >= i);
                yield return i;
            }

            // Not before all results were taken, because the end of the input would wake workers, too.
            taken.Wait(TimeSpan.FromSeconds(90));
        }
    }

    [Test]
    public async Task Calls_at_any_moment_are_done()
    {
        await using var pool = NewPool();
        var random = new Random(7);
        for (var i = 0; i < 15; i++)
        {
            await Task.Delay(random.Next(150, 260));
            Assert.That(await pool.ApplyAsync(static x => x + 1, i), Is.EqualTo(i + 1));
        }
    }

    [Test]
    public async Task A_pool_whose_workers_rest_ends_in_every_way()
    {
        foreach (var end in new Action<Pool>[] { static pool => pool.Dispose(), static pool => pool.Terminate(), static pool => { pool.Close(); pool.Join(); } })
        {
            var pool = NewPool();
            await EndOfAll(pool);
            end(pool);
            Assert.That(pool.JoinAsync().Wait(TimeSpan.FromSeconds(30)), Is.True);
        }
    }

    /// <summary>
    /// Waits until all workers are ready and then until all have ended. WorkerPids does not count workers that are starting.
    /// </summary>
    private static async Task EndOfAll(Pool pool)
    {
        await pool.WaitUntilReadyAsync();
        Assert.That(Eventually.True(() => pool.WorkerPids.Count == 0), Is.True, "all workers end");
    }

    private Pool NewPool() => new(new PoolOptions { Workers = workers, UseStatusPage = useStatusPage, IdleTimeout = TimeSpan.FromSeconds(0.2) });
}
