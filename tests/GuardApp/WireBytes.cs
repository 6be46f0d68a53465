using ProcessPool;

namespace GuardApp;

/// <summary>The bytes between the coordinator and a worker, frames included.</summary>
internal static class WireBytes
{
    /// <summary>The smallest figure of this many rounds counts, because a busy machine makes some frames smaller.</summary>
    private const int Rounds = 3;

    public static async Task CountAsync()
    {
        await using var pool = new Pool(1);
        await CountAsync("map-of-1-byte", pool, Calls.MapAsync, Calls.Items);
        await CountAsync("map-of-5-bytes", pool, Calls.MapOfLargeIntsAsync, Calls.Items);
        await CountAsync("apply", pool, Calls.ApplyAsync, Calls.SingleCalls);
        await CountAsync("apply-with-capture", pool, Calls.ApplyWithCaptureAsync, Calls.SingleCalls);
    }

    private static async Task CountAsync(string name, Pool pool, Func<Pool, Task> call, int items)
    {
        var sent = long.MaxValue;
        var received = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = pool.Statistics;
            await call(pool);
            var after = pool.Statistics;
            sent = Math.Min(sent, after.BytesSent - before.BytesSent);
            received = Math.Min(received, after.BytesReceived - before.BytesReceived);
        }

        Figures.Print($"{name}-sent", (double)sent / items);
        Figures.Print($"{name}-received", (double)received / items);
    }
}
