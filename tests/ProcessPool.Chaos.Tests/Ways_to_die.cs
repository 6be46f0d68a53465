using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>However a worker dies, and however the pool was called, only the item that the worker ran fails.</summary>
[TimeLimit(60)]
[TestFixture(1)]
[TestFixture(2)]
[TestFixture(8)]
internal sealed class Ways_to_die(int workers)
{
    private const int Items = 24;
    private const int Deadly = 9;

    /// <summary>Items that a failed Map leaves running end by themselves here, so no worker must be killed for them.</summary>
    private readonly Pool _pool = new(new PoolOptions { Workers = workers, KillDelay = TimeSpan.FromSeconds(50), Output = static _ => { } });

    [OneTimeTearDown]
    public void EndPool() => _pool.Dispose();

    [Test]
    public async Task Only_the_item_that_ran_is_lost(
        [ValueSource(nameof(Names))] string name, [Values] Way way)
    {
        var death = Death.All[name];
        using var log = new RunLog();
        using var directory = new TemporaryDirectory();
        Assert.That(Eventually.True(() => _pool.WorkerPids.Count == workers), Is.True, "all workers have started");
        var before = _pool.WorkerPids;
        var orders = Orders(log, directory);
        orders[Deadly] = death.Prepare(orders[Deadly] with { Death = name });
        var call = _pool.Call(way, Death.CarryOut, orders);
        if (death.Signal is { } signal) Processes.KillWhoWaits(directory.File("sign"), signal);
        var (deliveries, failures) = await call;

        var failure = (WorkerDiedException)failures.Single();
        var (cause, exitCode) = death.EndOf(failure);
        Assert.That((failure.Cause, failure.ExitCode, failure.Phase), Is.EqualTo((cause, exitCode, death.Phase)), failure.Message);
        Assert.That(failure.Item, Is.EqualTo(way == Way.ApplyAsync ? 0 : Deadly));
        Assert.That(failure.WorkerProcessId!.Value, Is.AnyOf([.. before]));

        var results = deliveries.Select(static delivery => delivery.Number);
        if (way == Way.ImapUnordered) results = results.Order();
        Assert.That(results, Is.EqualTo(way == Way.Map ? [] : Enumerable.Range(0, Items).Where(static item => item != Deadly)));
        Assert.That(log.Count().Values, Is.All.EqualTo(1), "no item runs twice");

        Assert.That(Eventually.True(() => _pool.WorkerPids.Count == workers), Is.True, "the worker was replaced");
        Assert.That(_pool.WorkerPids, Is.All.Matches<int>(Processes.IsAlive));
        Assert.That(before.Except(_pool.WorkerPids), Is.EqualTo(new[] { failure.WorkerProcessId!.Value }), "no other worker died");
        using var again = new RunLog();
        Assert.That(_pool.Map(Death.CarryOut, Orders(again, directory)).Select(static delivery => delivery.Number), Is.EqualTo(Enumerable.Range(0, Items)));
    }

    private static IEnumerable<string> Names() => Death.All.Keys;

    private static Order[] Orders(RunLog log, TemporaryDirectory directory) =>
        [.. Enumerable.Range(0, Items).Select(item => new Order { Number = item, Log = log.Directory, Sign = directory.File("sign") })];
}
