using System.Diagnostics;

namespace ProcessPool.Tests.Workers;

/// <summary>
/// PoolOptions.ShutdownTimeout limits a finalizer together with everything else that its worker does at its end.
/// </summary>
[CancelAfter(120_000)]
internal sealed class Time_limits_of_finalizers
{
    [Test]
    public async Task One_that_takes_too_long_is_killed_with_its_worker_and_has_no_result()
    {
        var clock = Stopwatch.StartNew();
        var pool = new Pool(new PoolOptions { Workers = 2, ShutdownTimeout = TimeSpan.FromSeconds(0.3), Finalizer = async () => await Task.Delay(600_000) });
        await using (pool) await pool.WaitUntilReadyAsync();
        Assert.That(pool.ExitResults<object>(), Is.Empty);
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public async Task The_time_that_it_has_is_the_pools()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, ShutdownTimeout = TimeSpan.MaxValue, Finalizer = () => { Thread.Sleep(6000); return 1; } });
        await using (pool) await pool.WaitUntilReadyAsync();
        Assert.That(pool.ExitResults<int>().Single().Value, Is.EqualTo(1));
    }

    [Test]
    public async Task Disposing_of_the_state_counts_for_that_time_too()
    {
        var clock = Stopwatch.StartNew();
        var pool = new Pool(new PoolOptions { Workers = 1, ShutdownTimeout = TimeSpan.FromSeconds(1), Initializer = () => new Endless(), Finalizer = () => 1 });
        await using (pool) await pool.WaitUntilReadyAsync();
        Assert.That(pool.ExitResults<int>().Single().Value, Is.EqualTo(1), "it had run before");
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
    }

    private sealed class Endless : IDisposable
    {
        public void Dispose() => Thread.Sleep(Timeout.Infinite);
    }
}
