using System.Diagnostics;

namespace ProcessPool.Bench;

/// <summary>
/// Two processes that spin side by side, half of the items each: what this machine can do without a pool. The mean of both ends counts,
/// as if the items had been divided in the best way afterwards. The clock is the same in all processes of a machine.
/// </summary>
internal sealed class RawSpin : IDisposable
{
    private readonly Lazy<RawProcess[]> _processes = new(() => [.. Enumerable.Range(0, Pools.Workers).Select(_ => new RawProcess("--spin"))]);

    public double Milliseconds(int count, double microseconds)
    {
        var processes = _processes.Value;
        var order = new byte[12];
        BitConverter.TryWriteBytes(order, count / processes.Length);
        BitConverter.TryWriteBytes(order.AsSpan(4), Spin.Ticks(microseconds));
        var start = Stopwatch.GetTimestamp();
        foreach (var process in processes) process.Send(order);
        return processes.Average(process =>
        {
            var end = new byte[sizeof(long)];
            process.Output.ReadExactly(end);
            return Stopwatch.GetElapsedTime(start, BitConverter.ToInt64(end)).TotalMilliseconds;
        });
    }

    public void Dispose()
    {
        if (!_processes.IsValueCreated) return;
        foreach (var process in _processes.Value) process.Dispose();
    }
}
