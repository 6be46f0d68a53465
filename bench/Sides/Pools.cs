namespace ProcessPool.Bench;

/// <summary>The pools of this process, made when a row first needs one and kept until the end of the run.</summary>
internal sealed class Pools : IAsyncDisposable
{
    public const int Workers = 2;

    private readonly Dictionary<(int Workers, int MaxChunk), Pool> _pools = [];

    public Task<Pool> OfAsync(int workers = Workers) => GetAsync(workers, int.MaxValue);

    /// <summary>The pool that sends one item a frame, whatever the items cost.</summary>
    public Task<Pool> SinglyAsync() => GetAsync(Workers, 1);

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values) await pool.DisposeAsync();
    }

    private async Task<Pool> GetAsync(int workers, int maxChunk)
    {
        if (!_pools.TryGetValue((workers, maxChunk), out var pool))
            _pools[(workers, maxChunk)] = pool = new Pool(new PoolOptions { Workers = workers, MaxChunk = maxChunk });
        await pool.WaitUntilReadyAsync();
        return pool;
    }
}
