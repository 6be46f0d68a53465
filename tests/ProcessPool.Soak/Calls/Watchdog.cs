using ProcessPool.Soak.Ledger;
using ProcessPool.Soak.Torment;

namespace ProcessPool.Soak.Calls;

/// <summary>Reports a breach if a call gives no sign of life for a minute, or if a pool takes that long to end.</summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Timer _timer;
    private readonly Pool _pool;
    private readonly Lanes _lanes;
    private readonly Judge _judge;

    public Watchdog(Pool pool, Lanes lanes, Judge judge)
    {
        (_pool, _lanes, _judge) = (pool, lanes, judge);
        _timer = new Timer(_ => Check(), null, Look, Look);
    }

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        var active = _lanes.Active.ToArray();
        if (Array.Find(active, static call => call.Silent > Bound) is not { } silent) return;
        Console.WriteLine($"workers: {string.Join(", ", _pool.WorkerPids.Select(static worker => $"{worker} ({Signal.StatOf(worker)?.State})"))}");
        foreach (var call in active)
        {
            Console.WriteLine($"{call}, silent for {call.Silent.TotalSeconds:0} s; outstanding: {call.Outstanding.Count}");
            foreach (var item in call.Outstanding.Take(20)) Console.WriteLine($"  {item}");
        }

        _judge.Breach(silent, $"nothing was heard of it for {silent.Silent.TotalSeconds:0} s");
    }
}
