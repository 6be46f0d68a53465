namespace ProcessPool.Coordinator.Tests.Commands;

/// <summary>
/// A file that is a queue (mkfifo): opening it for reading waits until it is opened for writing, and the other way round. This
/// tells a test when an item runs, and lets it decide how long.
/// </summary>
internal static class Queue
{
    /// <summary>Makes one.</summary>
    public static string Make(string path)
    {
        Assert.That(Child.Run("/usr/bin/mkfifo", [path]).ExitCode, Is.Zero);
        return path;
    }

    /// <summary>Waits until somebody reads it; the reader waits until what is returned is closed.</summary>
    public static FileStream WaitForReader(string path)
    {
        Task<FileStream> opened = Task.Run(() => new FileStream(path, FileMode.Open, FileAccess.Write));
        Assert.That(opened.Wait(TimeSpan.FromSeconds(60)), Is.True, "Nobody reads the queue.");
        return opened.Result;
    }
}
