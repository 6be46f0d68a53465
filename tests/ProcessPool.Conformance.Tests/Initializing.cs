using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed class InitializerMixin(int workers) : PoolFixture
{
    /// <summary>In a worker: what its initializer has set.</summary>
    private static string _status = "uninitialized";

    [Test]
    [Ported("Every task sees what the initializer has set in its worker; this process does not.")]
    public async Task test_initializer()
    {
        var status = "initialized";
        var pool = NewPool(new PoolOptions { Workers = workers, Initializer = () => { _status = status; } });
        var calls = Enumerable.Range(0, 5 * workers).Select(_ => pool.ApplyAsync(static () => _status));
        Assert.That(await Task.WhenAll(calls), Is.All.EqualTo("initialized"));
        Assert.That(_status, Is.EqualTo("uninitialized"));
    }
}

[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed class FailingInitializerMixin(int workers) : PoolFixture
{
    [Test]
    [Adapted("The initializer's exception is not logged but within the WorkerStartException of the calls, later ones too.")]
    public void test_initializer()
    {
        var pool = NewPool(new PoolOptions { Workers = workers, Initializer = Fail });
        var call = pool.ApplyAsync(static () => 1);
        Assert.That(
            () => call.WaitAsync(Eventually.Bound),
            Throws.TypeOf<WorkerStartException>().With.InnerException.TypeOf<InvalidDataException>().With.InnerException.Message.EqualTo("error in initializer"));
        Assert.That(() => { _ = pool.ApplyAsync(static () => 1); }, Throws.TypeOf<WorkerStartException>());

        static void Fail() => throw new InvalidDataException("error in initializer");
    }
}

[CancelAfter(60_000)]
internal sealed class FailingInitializerResourcesTest
{
    [Test]
    [Adapted("The resources are files that stand for shared memory, and processes: a program whose initializer fails leaves none.")]
    public async Task test_spawn() => Assert.That(await ProgramRun.Of("failing-initializer"), Is.EqualTo(new ChildResult(0, "WorkerStartException: 0 processes, 0 files\n", "")));

    [Test]
    [Adapted("There is no server that starts workers for others. A worker that has a pool of its own is the nearest: its process has no resources left either.")]
    public async Task test_forkserver() =>
        Assert.That(await ProgramRun.Of("failing-initializer-within"), Is.EqualTo(new ChildResult(0, "WorkerStartException: 0 processes, 0 files\n", "")));
}
