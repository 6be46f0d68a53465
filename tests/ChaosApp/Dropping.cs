using System.Runtime.CompilerServices;
using ProcessPool;

namespace ChaosApp;

/// <summary>A pool that nobody disposes of.</summary>
internal static class Dropping
{
    /// <summary>Uses a pool, and lets go of it. Not inlined, so that no local of the caller keeps it alive.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void DropPool(string directory)
    {
        var pool = new Pool(2);
        pool.WaitUntilReadyAsync().GetAwaiter().GetResult();
        pool.Map(static x => x, Enumerable.Range(0, 100));
        File.WriteAllLines(Path.Combine(directory, "busy-workers"), pool.WorkerPids.Select(static pid => $"{pid}"));
    }
}
