using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>
/// However an argument, a result or an exception fails on its way, only its item fails, and the worker goes on.
/// </summary>
[TimeLimit(60)]
[TestFixture(1)]
[TestFixture(2)]
[TestFixture(8)]
internal sealed class Values_that_misbehave(int workers)
{
    private const int Items = 24;
    private const int Faulty = 9;

    /// <summary>Has a long KillDelay, so that no worker is killed for items that a failed Map leaves running.</summary>
    private readonly Pool _pool = new(new PoolOptions { Workers = workers, KillDelay = TimeSpan.FromSeconds(50) });

    [OneTimeTearDown]
    public void EndPool() => _pool.Dispose();

    [Test]
    public async Task Only_their_item_fails([ValueSource(nameof(Names))] string name, [Values] Way way)
    {
        var fault = Fault.All[name];
        await _pool.WaitUntilReadyAsync();
        var before = _pool.WorkerPids;
        var parcels = Parcels();
        parcels[Faulty] = fault.Prepare(parcels[Faulty] with { Fault = name });
        var (results, failures) = await _pool.Call(way, Fault.SendBack, parcels);

        var failure = failures.Single();
        fault.Check(failure);
        Assert.That(failure.Data["ProcessPool.Item"], Is.EqualTo(way == Way.ApplyAsync ? 0 : Faulty));
        Assert.That(failure.ToString(), Is.Not.Empty, "the exception can be printed");

        if (way == Way.ImapUnordered) results.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        Assert.That(results, Is.EqualTo(way == Way.Map ? [] : Parcels().Where(static parcel => parcel.Number != Faulty)));
        Assert.That(await _pool.MapAsync(Fault.SendBack, Parcels()), Is.EqualTo(Parcels()));
        Assert.That(_pool.WorkerPids, Is.EqualTo(before), "no worker died");
    }

    private static IEnumerable<string> Names() => Fault.All.Keys;

    private static Parcel[] Parcels() => [.. Enumerable.Range(0, Items).Select(static item => new Parcel(item))];
}
