using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>This library's side of the rows that are measured within this process.</summary>
internal sealed class OurPools : IAsyncDisposable
{
    public const int Workers = 2;

    private readonly Pool _pool = new(Workers);
    private readonly Pool _singly = new(new PoolOptions { Workers = Workers, MaxChunk = 1 });

    public Task WaitUntilReadyAsync() => Task.WhenAll(_pool.WaitUntilReadyAsync(), _singly.WaitUntilReadyAsync());

    public Task<double> ItemsAsync(int count) => ItemsAsync(_pool, count);

    public Task<double> ItemsSinglyAsync(int count) => ItemsAsync(_singly, count);

    public Task<double> ImapAsync(int count) => ImapAsync(count, new CallOptions());

    /// <summary>Uses a buffer of ten chunks, because Python's imap has no limit.</summary>
    public Task<double> ImapInChunksAsync(int count) => ImapAsync(count, new CallOptions { ChunkSize = 1000, BufferSize = 10_000 });

    private async Task<double> ImapAsync(int count, CallOptions options)
    {
        var clock = Stopwatch.StartNew();
        var expected = 1;
        await foreach (var result in _pool.Imap(x => x + 1, Enumerable.Range(0, count), options)) Check(result == expected++);
        return count / clock.Elapsed.TotalSeconds;
    }

    public double Apply(int count)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++) Check(_pool.Apply(x => x + 1, i) == i + 1);
        return clock.Elapsed.TotalMicroseconds / count;
    }

    public async Task<double> ApplyAsync(int count)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++) Check(await _pool.ApplyAsync(x => x + 1, i) == i + 1);
        return clock.Elapsed.TotalMicroseconds / count;
    }

    public double Echo(int count)
    {
        var bytes = new byte[1 << 20];
        Random.Shared.NextBytes(bytes);
        var clock = Stopwatch.StartNew();
        var back = bytes;
        for (var i = 0; i < count; i++) back = _pool.Apply(x => x, bytes);
        var seconds = clock.Elapsed.TotalSeconds;
        Check(back.AsSpan().SequenceEqual(bytes));
        return count / seconds;
    }

    public static async Task<double> NewPoolAsync()
    {
        var clock = Stopwatch.StartNew();
        var pool = new Pool(Workers);
        Check((await pool.MapAsync(x => x + 1, [1, 2]))[1] == 3);
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        await pool.DisposeAsync();
        return milliseconds;
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        await _singly.DisposeAsync();
    }

    private static async Task<double> ItemsAsync(Pool pool, int count)
    {
        var inputs = Enumerable.Range(0, count).ToArray();
        var clock = Stopwatch.StartNew();
        var results = await pool.MapAsync(x => x + 1, inputs);
        var seconds = clock.Elapsed.TotalSeconds;
        for (var i = 0; i < count; i++) Check(results[i] == i + 1);
        return count / seconds;
    }

    private static void Check(bool right)
    {
        if (!right) throw new InvalidOperationException("A result is wrong, so the figures mean nothing.");
    }
}
