using ProcessPool;

namespace ConformanceApp;

/// <summary>A pool whose initializer captures shared memory, and fails.</summary>
internal static class FailingInitializer
{
    /// <summary>The outcome, and what is left of the pool in this process.</summary>
    public static string Run()
    {
        var outcome = "it ran";
        using (var array = SharedArray.Create<int>(1000))
        using (var pool = new Pool(new PoolOptions { Workers = 2, Initializer = () => Fail(array) }))
        {
            try
            {
                pool.Apply(static () => 1);
            }
            catch (WorkerStartException e)
            {
                outcome = e.GetType().Name;
            }
        }

        return $"{outcome}: {Children()} processes, {OwnFiles()} files";
    }

    private static void Fail(SharedArray<int> array)
    {
        array[0] = 1;
        throw new InvalidDataException("error in initializer");
    }

    /// <summary>Of this process's only thread that starts any; those of the others are in their lists.</summary>
    private static int Children() => Directory.GetDirectories("/proc/self/task").Sum(static task => ChildrenOf(task).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);

    private static string ChildrenOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "children"));
        }
        catch (IOException)
        {
            // The thread has ended since; its children are another's.
            return "";
        }
    }

    /// <summary>The files of shared memory whose names say that they are this process's.</summary>
    private static int OwnFiles() => Directory.GetFiles("/dev/shm", $"processpool-*{Environment.ProcessId}-*").Length;
}
