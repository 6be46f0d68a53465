using System.Diagnostics;
using ProcessPool;

namespace ChaosApp;

/// <summary>Items that do not end by themselves.</summary>
internal static class Busy
{
    /// <summary>Starts a child process, says so by a file, and waits for it.</summary>
    public static int WithChild(string directory, int item)
    {
        using var child = Process.Start("sleep", "100");
        File.WriteAllText(Path.Combine(directory, $"busy-{item}"), "");
        child.WaitForExit();
        return child.ExitCode;
    }

    /// <summary>The same in the worker of a pool of its own.</summary>
    public static int InPool(string directory)
    {
        File.WriteAllText(Path.Combine(directory, "nested-worker"), $"{Environment.ProcessId}");
        using var pool = new Pool(1);
        return pool.Apply(static place => WithChild(place, 0), directory);
    }
}
