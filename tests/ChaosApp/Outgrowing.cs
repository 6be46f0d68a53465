using System.Runtime.InteropServices;
using ProcessPool;

namespace ChaosApp;

/// <summary>An item that takes more memory than the control group has. Afterwards the pool is used again.</summary>
internal static class Outgrowing
{
    private const int MiB = 1 << 20;

    /// <summary>More than the group of any test has; no more, in case there is none.</summary>
    private const int Most = 1024;

    public static void Run(string directory)
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, MaxAttempts = 5 });
        try
        {
            pool.Apply(() => Grow(directory));
            Console.WriteLine("it was not killed");
        }
        catch (PoolException e)
        {
            Console.WriteLine($"{e.GetType().Name}: {e.Message}");
        }

        Console.WriteLine($"it goes on: {pool.Apply(static x => 2 * x, 21)}");
    }

    private static unsafe void Grow(string directory)
    {
        File.WriteAllText(Path.Combine(directory, $"run-{Environment.ProcessId}"), "");
        for (var taken = 0; taken < Most; taken++) new Span<byte>(NativeMemory.Alloc(MiB), MiB).Fill(1);
    }
}
