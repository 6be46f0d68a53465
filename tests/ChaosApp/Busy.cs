using System.Diagnostics;

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
}
