using System.Diagnostics;

namespace ProcessPool.Coordinator.Doctor;

/// <summary>Starts a worker and sends it something there and back.</summary>
internal static class WorkerProbe
{
    private const int Rounds = 100;

    /// <summary>What came of it. The first finding is wrong if no worker starts, and then there is no other.</summary>
    public static async Task<List<Finding>> RunAsync(PoolOptions options)
    {
        await using var pool = new Pool(options with { Workers = 1 });
        long start = Stopwatch.GetTimestamp();
        try
        {
            await pool.WaitUntilReadyAsync();
        }
        catch (WorkerStartException e)
        {
            return [new Finding("worker", "does not start", Grade.Wrong, OneLine.Of(e.Message))];
        }

        TimeSpan started = Stopwatch.GetElapsedTime(start);
        return
        [
            new Finding("worker", FormattableString.Invariant($"started in {started.TotalMilliseconds:F0} ms as process {pool.WorkerPids[0]}")),
            RoundTrip(pool),
        ];
    }

    private static Finding RoundTrip(Pool pool)
    {
        const string name = "round trip";
        byte[] sent = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var times = new TimeSpan[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            byte[] received = pool.Apply(static bytes => bytes, sent);
            times[i] = Stopwatch.GetElapsedTime(start);
            if (!received.AsSpan().SequenceEqual(sent))
                return new Finding(name, $"round {i} gave other bytes back", Grade.Wrong, "what is sent to a worker does not come back as it was");
        }

        Array.Sort(times);
        return new Finding(name, FormattableString.Invariant($"{times[Rounds / 2].TotalMicroseconds:F0} µs for {sent.Length} bytes, median of {Rounds}"));
    }
}
