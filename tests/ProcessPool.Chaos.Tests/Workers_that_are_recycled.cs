using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>A worker that has run its number of items, has grown or is old is replaced, and no call notices.</summary>
[TimeLimit(120)]
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable(ParallelScope.All)]
internal sealed class Workers_that_are_recycled(bool useStatusPage)
{
    [TestCase(1)]
    [TestCase(7)]
    [TestCase(100)]
    public async Task No_process_runs_more_items_than_it_may(int most)
    {
        await using var pool = NewPool(most);
        var processes = await pool.MapAsync(static _ => Environment.ProcessId, Enumerable.Range(0, 10 * most));
        Assert.That(processes.GroupBy(static id => id).Select(static items => items.Count()), Is.All.LessThanOrEqualTo(most));
        Assert.That(processes.Distinct().Count(), Is.GreaterThanOrEqualTo(10));
    }

    [Test]
    public async Task Results_are_right_whatever_the_call()
    {
        await using var pool = NewPool(50);
        await pool.WaitUntilReadyAsync();
        var table = new int[100_000];
        Array.Fill(table, 3);
        Assert.That(await pool.MapAsync(i => table[i] + i, Enumerable.Range(0, 1000)), Is.EqualTo(Enumerable.Range(3, 1000)));
        var streamed = new List<int>();
        await foreach (var result in pool.Imap(i => table[i] + i, Enumerable.Range(0, 500))) streamed.Add(result);
        Assert.That(streamed, Is.EqualTo(Enumerable.Range(3, 500)));
        for (var i = 0; i < 120; i++) Assert.That(await pool.ApplyAsync(() => table[0]), Is.EqualTo(3));
    }

    [Test]
    public async Task One_that_has_grown_is_replaced_and_nothing_is_lost()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, RecycleAboveMemory = 48 << 20, UseStatusPage = useStatusPage });
        var processes = await pool.MapAsync(LeakOne, Enumerable.Range(0, 300));
        Assert.That(processes.Select(static result => result.Item), Is.EqualTo(Enumerable.Range(0, 300)));
        var each = processes.GroupBy(static result => result.Process).Select(static items => items.Count()).ToList();
        Assert.That(each, Has.Count.GreaterThanOrEqualTo(4), "300 MiB take more than two workers of 48 MiB");
        var streamed = new List<int>();
        await foreach (var result in pool.Imap(LeakOne, Enumerable.Range(0, 100))) streamed.Add(result.Item);
        Assert.That(streamed, Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [Test]
    public async Task One_that_has_not_grown_stays()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, RecycleAboveMemory = 512 << 20, RecycleAfterAge = TimeSpan.FromHours(1), UseStatusPage = useStatusPage });
        await pool.WaitUntilReadyAsync();
        var before = pool.WorkerPids;
        for (var i = 0; i < 20; i++) await pool.MapAsync(LeakOne, Enumerable.Range(0, 2));
        Assert.That(pool.WorkerPids, Is.EqualTo(before));
    }

    [Test]
    public async Task One_that_is_old_is_replaced_whether_it_works_or_not()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, RecycleAfterAge = TimeSpan.FromSeconds(1), UseStatusPage = useStatusPage });
        await pool.WaitUntilReadyAsync();
        var first = pool.WorkerPids;
        Assert.That(Eventually.True(() => first.All(static process => !Processes.IsAlive(process))), Is.True, "idle workers are replaced");
        var processes = await pool.MapAsync(
            static item =>
            {
                Thread.Sleep(20);
                return (Item: item, Process: Environment.ProcessId);
            },
            Enumerable.Range(0, 400));
        Assert.That(processes.Select(static result => result.Item), Is.EqualTo(Enumerable.Range(0, 400)));
        Assert.That(processes.Select(static result => result.Process).Distinct().Count(), Is.GreaterThanOrEqualTo(4), "both workers are replaced during four seconds of work");
    }

    [Test]
    public async Task An_item_that_outlives_its_workers_age_is_finished()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 1, RecycleAfterAge = TimeSpan.FromSeconds(1), UseStatusPage = useStatusPage });
        var results = await pool.MapAsync(
            static item =>
            {
                Thread.Sleep(item == 0 ? 2500 : 0);
                return Environment.ProcessId;
            },
            Enumerable.Range(0, 5));
        Assert.That(results.Skip(1), Has.No.Member(results[0]));
    }

    private static (int Item, int Process) LeakOne(int item)
    {
        Growth.Leak(mebibytes: 1);
        Items.Spin(2);
        return (item, Environment.ProcessId);
    }

    private Pool NewPool(int most) => new(new PoolOptions { Workers = 2, RecycleAfter = most, UseStatusPage = useStatusPage });
}
