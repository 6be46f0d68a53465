namespace ProcessPool.Conformance.Tests.Support;

/// <summary>A fixture whose tests share a pool, unless they end it.</summary>
internal abstract class SharedPoolFixture(int workers) : PoolFixture
{
    private CancellationTokenRegistration _limit;

    protected int Workers => workers;

    protected Pool Pool { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartPool()
    {
        Pool = new Pool(workers);
        await Pool.WaitUntilReadyAsync();
    }

    [SetUp]
    public void LimitTime() => _limit = TestContext.CurrentContext.CancellationToken.Register(Pool.Terminate);

    [TearDown]
    public void LiftLimit() => _limit.Dispose();

    [OneTimeTearDown]
    public async Task EndPool() => await Pool.DisposeAsync();
}
