using ProcessPool;

namespace GuardApp;

/// <summary>How many bytes the coordinator and a worker allocate.</summary>
internal static class Allocations
{
    /// <summary>
    /// The smallest figure of this many rounds counts. An allocation per item is in every round. A buffer that grows is not, nor
    /// are the small frames of a busy machine.
    /// </summary>
    private const int Rounds = 5;

    public static async Task CountAsync()
    {
        await using var pool = new Pool(1);
        await CountAsync("map", pool, Calls.MapAsync, Calls.Items);
        await CountAsync("imap", pool, Calls.ImapAsync, Calls.Items);
        await CountAsync("apply", pool, Calls.ApplyAsync, Calls.SingleCalls);
    }

    private static async Task CountAsync(string name, Pool pool, Func<Pool, Task> call, int items)
    {
        var coordinator = long.MaxValue;
        var worker = long.MaxValue;
        for (var round = 0; round <= Rounds; round++)
        {
            var workerBefore = InWorker(pool);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await call(pool);
            var after = GC.GetTotalAllocatedBytes(precise: true);
            var workerAfter = InWorker(pool);

            // The first round warms up.
            if (round == 0) continue;
            coordinator = Math.Min(coordinator, after - before);
            worker = Math.Min(worker, workerAfter - workerBefore);
        }

        Figures.Print($"{name}-coordinator", (double)coordinator / items);
        Figures.Print($"{name}-worker", (double)worker / items);
    }

    private static long InWorker(Pool pool) => pool.Apply(static () => GC.GetTotalAllocatedBytes(precise: true));
}
