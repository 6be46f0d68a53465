using System.Diagnostics;

namespace ProcessPool.Coordinator.Doctor;

/// <summary>Starts a worker and measures round trips to it.</summary>
internal static class WorkerProbe
{
    private const int Rounds = 100;

    /// <summary>Runs the probe. If no worker starts, the only finding is <see cref="Grade.Wrong"/>.</summary>
    public static async Task<List<Finding>> RunAsync(PoolOptions options)
    {
        // Without enough descriptors the runtime itself may end.
        if (Descriptors.Problem(1) is { } problem)
            return [new Finding("worker", "was not started", Grade.Wrong, problem)];
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

        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        string process = pool.WorkerPids is [int id, ..] ? $" as process {id}" : ", and has ended since";
        string started = FormattableString.Invariant($"started in {milliseconds:F0} ms{process}");
        return [new Finding("worker", started), RoundTrip(pool)];
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
                return new Finding(name, $"other bytes came back in round {i}", Grade.Wrong, "frames are damaged on the way");
        }

        Array.Sort(times);
        double median = times[Rounds / 2].TotalMicroseconds;
        return new Finding(name, FormattableString.Invariant($"{median:F0} µs for {sent.Length} bytes, median of {Rounds}"));
    }
}
