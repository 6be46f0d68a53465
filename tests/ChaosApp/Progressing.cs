using ProcessPool;

namespace ChaosApp;

/// <summary>Calls whose progress is shown in the console, as programs of users make them.</summary>
internal static class Progressing
{
    /// <summary>Calls of all kinds, and a line behind each.</summary>
    public static async Task OneAfterTheOther(int count)
    {
        await using var pool = new Pool(2);
        for (var i = 0; i < count; i++)
        {
            var options = new CallOptions { Progress = new ConsoleProgress($"call {i}") };
            try
            {
                await Call(pool, i, options);
            }
            catch (Exception e) when (e is FormatException or OperationCanceledException)
            {
                // Two of the kinds end so.
            }

            Console.Error.WriteLine($"after {i}");
        }
    }

    /// <summary>Several calls, whose items print, beside a thread that prints.</summary>
    public static void AllAtOnce(int calls, int items)
    {
        using var pool = new Pool(2);
        var options = new CallOptions { Progress = new ConsoleProgress("shared") };
        var all = Enumerable.Range(0, calls).Select(call => pool.MapAsync(
            item =>
            {
                Thread.Sleep(2);
                Console.WriteLine($"item {item} of call {call} prints");
            },
            Enumerable.Range(0, items),
            call % 2 == 0 ? options : options with { Progress = new ConsoleProgress($"call {call}") })).ToArray();
        for (var i = 0; i < items; i++)
        {
            ConsoleProgress.WriteLine($"line {i} of the program", Console.Error);
            Thread.Sleep(2);
        }

        Task.WaitAll(all);
        Console.WriteLine("the end");
    }

    private static async Task Call(Pool pool, int i, CallOptions options)
    {
        var inputs = Enumerable.Range(0, 20);
        switch (i % 5)
        {
            case 0:
                pool.Map(static x => x, inputs, options);
                break;
            case 1:
                await pool.MapAsync(static x => x, inputs, options);
                break;
            case 2:
                await foreach (var _ in pool.Imap(static x => x, inputs, options))
                {
                }

                break;
            case 3:
                pool.Map(static x => x == 10 ? throw new FormatException() : x, inputs, options);
                break;
            default:
                using (var cancellation = new CancellationTokenSource())
                {
                    // Cancelled once the call has been made. Otherwise there is none to report.
                    var call = pool.MapAsync(static _ => WorkerContext.CancellationToken.WaitHandle.WaitOne(), inputs, options, cancellation.Token);
                    cancellation.CancelAfter(5);
                    await call;
                }

                break;
        }
    }
}
