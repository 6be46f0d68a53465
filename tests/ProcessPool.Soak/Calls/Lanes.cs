using System.Collections.Concurrent;
using System.Diagnostics;
using ProcessPool.Soak.Ledger;

namespace ProcessPool.Soak.Calls;

/// <summary>Keeps a number of calls running, each followed by the next, until the time is up.</summary>
internal sealed class Lanes(int seed, CallRunner runner, Judge judge)
{
    /// <summary>Enough that every worker has items of several calls, few enough that each gets on.</summary>
    private const int Count = 6;

    private readonly ConcurrentDictionary<Call, byte> _active = [];
    private long _calls;

    /// <summary>What is under way now.</summary>
    public IEnumerable<Call> Active => _active.Keys;

    public Task RunAsync(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        return Task.WhenAll(Enumerable.Range(0, Count).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < time) await RunOneAsync().ConfigureAwait(false);
        })));
    }

    private async Task RunOneAsync()
    {
        var call = new Call(seed, Interlocked.Increment(ref _calls));
        _active[call] = 0;
        try
        {
            await runner.RunAsync(call).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            judge.Breach(call, $"ended with {e}");
        }
        finally
        {
            _active.TryRemove(call, out _);
        }
    }
}
