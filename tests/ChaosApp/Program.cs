using ChaosApp;
using ProcessPool;

// A coordinator with busy workers: ChaosApp COMMAND DIRECTORY. Each item that runs leaves a file in the directory.
var command = args[0];
var directory = args[1];
switch (command)
{
    case "busy":
        BusyPool(directory).GetAwaiter().GetResult();
        return 0;

    case "initializing":
        new Pool(new PoolOptions { Workers = 2, Initializer = () => Busy.WithChild(directory, Environment.ProcessId) }).Apply(static () => 1);
        return 0;

    case "fail-fast":
        BusyUntilToldTo(directory);
        Environment.FailFast("The coordinator ends as a crash does.");
        return 0;

    case "nested":
        using (var pool = new Pool(1))
        {
            try
            {
                pool.Apply(Busy.InPool, directory);
            }
            catch (WorkerDiedException e)
            {
                Console.WriteLine(e.Cause);
            }

            Console.WriteLine($"{pool.Apply(static () => 5)}");
        }

        return 0;

    case "return":
        BusyUntilToldTo(directory);
        return 0;

    case "drop":
        Dropping.DropPool(directory);
        for (var i = 0; i < 10; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        // Lives on without the pool until it is told to end.
        while (!File.Exists(Path.Combine(directory, "go"))) Thread.Sleep(5);
        return 0;

    case "print":
        using (var pool = new Pool(1)) pool.Map(Printing.AllWays, [1]);
        return 0;

    case "flood":
        // WORKERS ITEMS LINES LENGTH
        var (lines, length) = (int.Parse(args[4]), int.Parse(args[5]));
        using (var pool = new Pool(int.Parse(args[2]))) pool.Map(_ => Printing.Lines(lines, length), Enumerable.Range(0, int.Parse(args[3])));
        return 0;

    case "progress":
        await Progressing.OneAfterTheOther(int.Parse(args[2]));
        return 0;

    case "progress-all":
        Progressing.AllAtOnce(int.Parse(args[2]), int.Parse(args[3]));
        return 0;

    case "share":
        return Sharing.Run(directory, args[2], int.Parse(args[3]));

    case "outgrow":
        Outgrowing.Run(directory);
        return 0;

    case "print-closed":
        Sharing.CloseThisProcess();
        using (var pool = new Pool(2)) Console.WriteLine($"{pool.Apply(static x => 2 * x, 21)}");
        return 0;

    case "lose-program":
        // As when the runtime is replaced while it runs.
        File.Delete(Environment.ProcessPath!);
        using (var pool = new Pool(1))
        {
            try
            {
                pool.Apply(static () => 1);
            }
            catch (WorkerStartException e)
            {
                Console.WriteLine(e.Message);
            }
        }

        return 0;

    case "few-files":
        // Started with a low limit of open files: workers cannot be started, which is no reason to die. All that the
        // runtime itself opens once is open before.
        using (var first = new Pool(1)) Console.WriteLine($"{first.Apply(static () => 1)}");
        List<FileStream> taken = [];
        try
        {
            while (true) taken.Add(File.OpenRead("/dev/null"));
        }
        catch (IOException)
        {
            for (var spare = 0; spare < int.Parse(args[2]); spare++) taken[spare].Dispose();
        }

        try
        {
            using var pool = new Pool(1);
            pool.Map(static x => x + 1, [1]);
            Console.WriteLine("it ran");
        }
        catch (WorkerStartException)
        {
            Console.WriteLine("WorkerStartException");
        }

        GC.KeepAlive(taken);
        return 0;

    default:
        return 64;
}

static Task BusyPool(string directory) =>
    new Pool(2).MapAsync(item => Busy.WithChild(directory, item), Enumerable.Range(0, 1000));

static void BusyUntilToldTo(string directory)
{
    _ = BusyPool(directory);
    while (!File.Exists(Path.Combine(directory, "go"))) Thread.Sleep(5);
}
