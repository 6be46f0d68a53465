using System.Collections.Concurrent;

namespace ProcessPool.Tests.Workers;

/// <summary>A finalizer that fails, or never ends, costs its own result and nothing else.</summary>
[CancelAfter(120_000)]
internal sealed class Finalizers_that_fail
{
    private static int _items;

    [Test]
    public async Task One_that_throws_hurts_nothing_but_its_result_and_is_printed([Values] bool recycles)
    {
        var lines = new ConcurrentQueue<WorkerOutput>();
        var pool = new Pool(new PoolOptions
        {
            Workers = 1,
            RecycleAfter = recycles ? 1 : null,
            Output = lines.Enqueue,
            Initializer = () => new Held(),
            Finalizer = () => _items > 0 ? throw new FormatException("no\nend") : 1,
        });
        await using (pool)
        {
            for (var i = 0; i < 3; i++) Assert.That(await pool.ApplyAsync(static () => ++_items), Is.GreaterThan(0));
        }

        var failures = pool.ExitResults<int>().Where(static result => !result.Succeeded).ToList();
        Assert.That(failures, Has.Count.EqualTo(recycles ? 3 : 1));
        Assert.That(failures.Select(static failure => failure.Exception), Is.All.TypeOf<FormatException>().With.Message.EqualTo("no\nend"));
        Assert.That(() => failures[0].Value, Throws.TypeOf<FormatException>());
        Assert.That(
            lines.Where(static line => line.Source == OutputSource.Error),
            Is.EqualTo(Enumerable.Repeat(
                new WorkerOutput(0, null, OutputSource.Error, "The finalizer (PoolOptions.Finalizer) of worker 0 failed: System.FormatException: no end"), failures.Count)));
        Assert.That(lines.Count(static line => line.Line == "disposed"), Is.GreaterThanOrEqualTo(failures.Count), "the state goes all the same");
    }

    [Test]
    public void A_result_that_cannot_travel_this_time_is_a_failure()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, Output = _ => { }, Finalizer = object () => new Held() });
        using (pool) pool.Apply(() => 1);
        Assert.That(pool.ExitResults<object>().Single().Exception, Is.TypeOf<ValueException>().With.Message.Contains(nameof(Held)));
    }

    [Test]
    public void A_result_that_is_longer_than_values_may_be_is_a_failure()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, Output = _ => { }, MaxValueBytes = 1000, Finalizer = () => new byte[1001] });
        using (pool) pool.Apply(() => 1);
        Assert.That(pool.ExitResults<byte[]>().Single().Exception, Is.TypeOf<ValueException>().With.Message.Contains("PoolOptions.MaxValueBytes"));
    }

    [Test]
    public async Task Where_a_worker_died_or_was_killed_there_is_none()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, Finalizer = () => Environment.ProcessId });
        int last;
        await using (pool)
        {
            await Assert.ThrowsAsync<WorkerDiedException>(() => pool.ApplyAsync(() => Environment.Exit(3)));
            last = await pool.ApplyAsync(() => Environment.ProcessId);
        }

        Assert.That(pool.ExitResults<int>().Select(static result => result.Value), Is.EqualTo(new[] { last }));

        var terminated = new Pool(new PoolOptions { Workers = 2, Finalizer = () => Environment.ProcessId });
        await terminated.WaitUntilReadyAsync();
        terminated.Terminate();
        await terminated.JoinAsync();
        Assert.That(terminated.ExitResults<int>(), Is.Empty);
    }

    [Test]
    public void One_that_ends_its_process_has_no_result()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, RecycleAfter = 1, Finalizer = () => Environment.Exit(0) });
        using (pool) Assert.That(pool.Map(static i => 2 * i, [1, 2, 3]), Is.EqualTo(new[] { 2, 4, 6 }));
        Assert.That(pool.ExitResults<object>(), Is.Empty);
    }

    [Test]
    public void A_worker_whose_initializer_failed_has_none()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, Initializer = static int () => throw new FormatException(), Finalizer = () => 1 });
        using (pool) Assert.Throws<WorkerStartException>(() => pool.Apply(() => 1));
        Assert.That(pool.ExitResults<int>(), Is.Empty);
    }
}
