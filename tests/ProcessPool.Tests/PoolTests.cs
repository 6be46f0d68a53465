namespace ProcessPool.Tests;

/// <summary>
/// Tests that share one pool. If a test takes too long, the pool is ended, and with it everything that the test waits for.
/// </summary>
[CancelAfter(60_000)]
internal abstract class PoolTests
{
    private CancellationTokenRegistration _limit;

    protected Pool Pool { get; private set; } = null!;

    protected virtual PoolOptions Options => new() { Workers = 2 };

    [OneTimeSetUp]
    public void StartPool() => Pool = new Pool(Options);

    [SetUp]
    public void LimitTime() => _limit = TestContext.CurrentContext.CancellationToken.Register(Pool.Terminate);

    [TearDown]
    public void LiftLimit() => _limit.Dispose();

    [OneTimeTearDown]
    public async Task EndPool() => await Pool.DisposeAsync();

    /// <summary>All results of a stream.</summary>
    protected static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> results)
    {
        List<T> list = [];
        await foreach (var result in results) list.Add(result);
        return list;
    }
}
