using ConformanceApp;
using ProcessPool;

// Programs that use a pool and end: ConformanceApp COMMAND.
switch (args[0])
{
    case "never-closed":
        NeverClosed.Pool = new Pool(2);
        Console.WriteLine(string.Join(' ', NeverClosed.Pool.Map(static x => x * x, [1, 2, 3])));
        return 0;

    case "large":
        using (var pool = new Pool(int.Parse(args[1])))
        {
            pool.WaitUntilReadyAsync().GetAwaiter().GetResult();
            Console.WriteLine($"{pool.WorkerPids.Count} {pool.Map(static x => x * x, Enumerable.Range(0, 1000)).Sum()}");
        }

        return 0;

    case "pending":
        using (var pool = new Pool(1)) _ = pool.ApplyAsync(() => PrintLate("apple"));
        return 0;

    case "after-the-end":
        {
            var (open, closed) = (new Pool(1), new Pool(1));
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.WriteLine($"{AtTheEnd(open)} {AtTheEnd(closed)}");
            closed.Dispose();
        }

        return 0;

    case "first-at-the-end":
        AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
        {
            using var pool = new Pool(2);
            Console.WriteLine(AtTheEnd(pool));
        };
        return 0;

    case "close-only":
        {
            var pool = new Pool(1);
            _ = pool.ApplyAsync(static () => Thread.Sleep(Timeout.Infinite));
            pool.Close();
        }

        return 0;

    case "close-and-join":
        {
            var pool = new Pool(1);
            _ = pool.ApplyAsync(() => PrintLate("apple"));
            pool.Close();
            pool.Join();
        }

        return 0;

    case "cancel-only":
        {
            var pool = new Pool(new PoolOptions { Workers = 2, CancelOnDispose = true });
            _ = pool.ApplyAsync(() => PrintLate("apple"));
            _ = pool.DisposeAsync();
        }

        return 0;

    case "exit-while-reading":
        using (var pool = new Pool(2))
        {
            pool.Apply(static () => new EndsItsReader(0));
            Console.WriteLine("It goes on.");
        }

        return 0;

    case "failing-initializer":
        Console.WriteLine(FailingInitializer.Run());
        return 0;

    case "failing-initializer-within":
        using (var pool = new Pool(1)) Console.WriteLine(pool.Apply(FailingInitializer.Run));
        return 0;

    case "uncaught":
        using (var pool = new Pool(1)) return pool.Apply(ReadRow, 5);

    default:
        return 64;
}

static int ReadRow(int row) => throw new InvalidDataException($"no such row: {row}");

static string AtTheEnd(Pool pool)
{
    try
    {
        return string.Join(' ', pool.Map(static x => x * x, [1, 2, 3]));
    }
    catch (ObjectDisposedException e)
    {
        return e.GetType().Name;
    }
}

static void PrintLate(string word)
{
    Thread.Sleep(200);
    Console.WriteLine(word);
}
