using System.Runtime;
using ProcessPool;

namespace GuardApp;

/// <summary>How many methods have been compiled when a new process has its first result.</summary>
internal static class CompiledMethods
{
    public static async Task CountAsync()
    {
        await using var pool = new Pool(2);
        await pool.MapAsync(static x => x + 1, [1, 2]);
        var coordinator = JitInfo.GetCompiledMethodCount();
        await using var one = new Pool(1);
        var worker = await one.ApplyAsync(static () => JitInfo.GetCompiledMethodCount());
        Figures.Print("coordinator", coordinator);
        Figures.Print("worker", worker);
    }
}
