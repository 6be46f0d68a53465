using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>Two processes that spin side by side, half of the items each: what this machine can do without a pool.</summary>
internal sealed class RawSpin : IDisposable
{
    private readonly Lazy<RawProcess[]> _processes = new(() => [.. Enumerable.Range(0, Pools.Workers).Select(_ => new RawProcess("--spin"))]);

    public double Milliseconds(int count, double microseconds)
    {
        var processes = _processes.Value;
        var order = new byte[12];
        BitConverter.TryWriteBytes(order, count / processes.Length);
        BitConverter.TryWriteBytes(order.AsSpan(4), Spin.Ticks(microseconds));
        var clock = Stopwatch.StartNew();
        foreach (var process in processes) process.Send(order);
        foreach (var process in processes) process.Output.ReadExactly(new byte[1]);
        return clock.Elapsed.TotalMilliseconds;
    }

    public void Dispose()
    {
        if (!_processes.IsValueCreated) return;
        foreach (var process in _processes.Value) process.Dispose();
    }
}
