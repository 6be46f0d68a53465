using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ProcessPool.Bench;

/// <summary>Measures the engine's rows several times, one after the other in turn, and prints the medians.</summary>
internal static class Table
{
    private const int Workers = 2;

    public static async Task RunAsync(int rounds)
    {
        Console.WriteLine($"{Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
        Console.WriteLine($"{Workers} workers, medians of {rounds} rounds after one to warm up; least and most in brackets\n");

        await using var pool = new Pool(Workers);
        await using var singly = new Pool(new PoolOptions { Workers = Workers, MaxChunk = 1 });
        await Task.WhenAll(pool.WaitUntilReadyAsync(), singly.WaitUntilReadyAsync());
        using var raw = new RawPipe();
        (string Name, string Unit, Func<Task<double>> Measure)[] rows =
        [
            ("no-op items, one a frame", "items/s", () => Items(singly, 200_000)),
            ("no-op items, by default", "items/s", () => Items(pool, 3_000_000)),
            ("no-op items through Imap", "items/s", () => Imap(pool, 500_000)),
            ("Apply, round trip", "µs", () => Task.FromResult(Apply(pool, 3_000))),
            ("ApplyAsync, round trip", "µs", () => ApplyAsync(pool, 3_000)),
            ("raw pipe, round trip of 16 bytes", "µs", () => Task.FromResult(raw.RoundTrip(3_000))),
            ("1 MiB echoed, each way", "MiB/s", () => Task.FromResult(Echo(pool, 200))),
            ("raw pipe, 1 MiB echoed, each way", "MiB/s", () => Task.FromResult(raw.Echo(200))),
            ("new Pool(2) to first result, warm", "ms", NewPool),
            ("process start to first result", "ms", () => Task.FromResult(FirstResult.Measure())),
        ];
        var figures = rows.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round <= rounds; round++)
        {
            for (var row = 0; row < rows.Length; row++)
            {
                var figure = await rows[row].Measure();
                if (round > 0) figures[row].Add(figure);
            }
        }

        Console.WriteLine("| what | median | |\n|---|---|---|");
        for (var row = 0; row < rows.Length; row++)
        {
            figures[row].Sort();
            var (least, median, most) = (figures[row][0], figures[row][rounds / 2], figures[row][^1]);
            Console.WriteLine($"| {rows[row].Name} | {Show(median)} {rows[row].Unit} | ({Show(least)} to {Show(most)}) |");
        }
    }

    private static string Show(double figure) => figure.ToString(figure < 100 ? "0.0" : "N0");

    private static async Task<double> Items(Pool pool, int count)
    {
        var inputs = Enumerable.Range(0, count).ToArray();
        var clock = Stopwatch.StartNew();
        var results = await pool.MapAsync(x => x + 1, inputs);
        var seconds = clock.Elapsed.TotalSeconds;
        for (var i = 0; i < count; i++) Check(results[i] == i + 1);
        return count / seconds;
    }

    private static async Task<double> Imap(Pool pool, int count)
    {
        var clock = Stopwatch.StartNew();
        var expected = 1;
        await foreach (var result in pool.Imap(x => x + 1, Enumerable.Range(0, count))) Check(result == expected++);
        return count / clock.Elapsed.TotalSeconds;
    }

    private static double Apply(Pool pool, int count)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++) Check(pool.Apply(x => x + 1, i) == i + 1);
        return clock.Elapsed.TotalMicroseconds / count;
    }

    private static async Task<double> ApplyAsync(Pool pool, int count)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++) Check(await pool.ApplyAsync(x => x + 1, i) == i + 1);
        return clock.Elapsed.TotalMicroseconds / count;
    }

    private static double Echo(Pool pool, int count)
    {
        var bytes = new byte[1 << 20];
        Random.Shared.NextBytes(bytes);
        var clock = Stopwatch.StartNew();
        var back = bytes;
        for (var i = 0; i < count; i++) back = pool.Apply(x => x, bytes);
        var seconds = clock.Elapsed.TotalSeconds;
        Check(back.AsSpan().SequenceEqual(bytes));
        return count / seconds;
    }

    private static async Task<double> NewPool()
    {
        var clock = Stopwatch.StartNew();
        var pool = new Pool(Workers);
        Check((await pool.MapAsync(x => x + 1, [1, 2]))[1] == 3);
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        await pool.DisposeAsync();
        return milliseconds;
    }

    private static void Check(bool right)
    {
        if (!right) throw new InvalidOperationException("A wrong result; the figures mean nothing.");
    }
}
