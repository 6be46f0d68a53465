namespace ProcessPool.Coordinator.Tests.Commands;

/// <summary>
/// A named pipe (mkfifo). Opening it for reading waits until it is opened for writing, and the other way round. So a test knows
/// when an item runs, and decides how long it runs.
/// </summary>
internal static class Queue
{
    /// <summary>Makes a named pipe.</summary>
    public static string Make(string path)
    {
        Assert.That(Child.Run("/usr/bin/mkfifo", [path]).ExitCode, Is.Zero);
        return path;
    }

    /// <summary>Waits until a process opens the pipe for reading. The reader waits until the returned stream is closed.</summary>
    public static FileStream WaitForReader(string path)
    {
        Task<FileStream> opened = Task.Run(() => new FileStream(path, FileMode.Open, FileAccess.Write));
        Assert.That(opened.Wait(TimeSpan.FromSeconds(60)), Is.True, "No process reads the pipe.");
        return opened.Result;
    }
}
