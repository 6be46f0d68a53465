using System.Runtime.CompilerServices;
using ProcessPool;

namespace ChaosApp;

/// <summary>A pool that is never disposed of.</summary>
internal static class Dropping
{
    /// <summary>Uses a pool, and lets go of it. Not inlined, so that no local of the caller keeps it alive.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void DropPool(string directory)
    {
        // Two variables of one closure: what keeps the initializer alive keeps the pool.
        Pool pool = null!;
        var path = directory;
        pool = new Pool(new PoolOptions { Workers = 2, Initializer = () => Directory.SetCurrentDirectory(path) });
        pool.WaitUntilReadyAsync().GetAwaiter().GetResult();
        pool.Map(static x => x, Enumerable.Range(0, 100));
        File.WriteAllLines(Path.Combine(directory, "busy-workers"), Enumerable.Range(0, 2).Select(worker => $"{pool.WorkerPids[worker]}"));
    }
}
