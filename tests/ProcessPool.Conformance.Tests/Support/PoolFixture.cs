using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Conformance.Tests.Support;

/// <summary>
/// A fixture whose tests create pools. If a test takes too long, its pools are ended, and with them everything that the test
/// waits for.
/// </summary>
internal abstract class PoolFixture
{
    private readonly List<Pool> _pools = [];
    private TemporaryDirectory? _directory;

    /// <summary>A pool of the test's own.</summary>
    protected Pool NewPool(PoolOptions options)
    {
        var pool = new Pool(options);
        TestContext.CurrentContext.CancellationToken.Register(pool.Terminate);
        _pools.Add(pool);
        return pool;
    }

    /// <inheritdoc cref="NewPool(PoolOptions)"/>
    protected Pool NewPool(int workers) => NewPool(new PoolOptions { Workers = workers });

    /// <summary>The path of a file in a directory of the test's own.</summary>
    protected string NewFile(string name) => (_directory ??= new TemporaryDirectory()).File(name);

    [TearDown]
    public async Task EndPools()
    {
        foreach (var pool in _pools) await pool.DisposeAsync();
        _pools.Clear();
        _directory?.Dispose();
        _directory = null;
    }
}
