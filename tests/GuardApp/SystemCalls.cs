using System.Globalization;
using ProcessPool;

namespace GuardApp;

/// <summary>
/// How often the coordinator and its workers call <c>read</c> and <c>write</c>. Linux counts that for each process.
/// </summary>
internal static class SystemCalls
{
    /// <summary>The smallest figure of this many rounds counts, because a busy machine makes some frames smaller.</summary>
    private const int Rounds = 3;

    public static async Task CountAsync()
    {
        await using var pool = new Pool(2);
        await CountAsync("map", pool, Calls.MapAsync, Calls.Items);
        await CountAsync("imap", pool, Calls.ImapAsync, Calls.Items);
        await CountAsync("apply", pool, Calls.ApplyAsync, Calls.SingleCalls);
        await using var singly = new Pool(new PoolOptions { Workers = 2, MaxChunk = 1 });
        await CountAsync("one-a-frame", singly, Calls.MapAsync, Calls.Items);
    }

    private static async Task CountAsync(string name, Pool pool, Func<Pool, Task> call, int items)
    {
        await pool.WaitUntilReadyAsync();
        var coordinator = long.MaxValue;
        var workers = long.MaxValue;
        for (var round = 0; round <= Rounds; round++)
        {
            var workersBefore = OfWorkers(pool);
            var before = Of("self");
            await call(pool);
            var after = Of("self");
            var workersAfter = OfWorkers(pool);

            // The first round warms up.
            if (round == 0) continue;
            coordinator = Math.Min(coordinator, after - before);
            workers = Math.Min(workers, workersAfter - workersBefore);
        }

        // Per thousand items.
        Figures.Print($"{name}-coordinator", 1000.0 * coordinator / items);
        Figures.Print($"{name}-workers", 1000.0 * workers / items);
    }

    private static long OfWorkers(Pool pool) => pool.WorkerPids.Sum(static pid => Of(pid.ToString(CultureInfo.InvariantCulture)));

    private static long Of(string process)
    {
        var lines = File.ReadAllLines($"/proc/{process}/io");
        return Number(lines, "syscr: ") + Number(lines, "syscw: ");
    }

    private static long Number(string[] lines, string name)
    {
        var line = Array.Find(lines, line => line.StartsWith(name, StringComparison.Ordinal))!;
        return long.Parse(line[name.Length..], CultureInfo.InvariantCulture);
    }
}
