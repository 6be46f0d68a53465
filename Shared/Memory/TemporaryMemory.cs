using Microsoft.Win32.SafeHandles;
using ProcessPool.Platform;

namespace ProcessPool.Memory;

/// <summary>
/// Files that stand for anonymous memory where there is none that others can open: in /dev/shm, or among the temporary
/// files. Whoever has one open holds a lock on it (flock), which no death leaves behind and which means the same in all
/// containers that share the directory, unlike a process id; so the last one to let go deletes it, and what was left when all of them were killed is recognized later and deleted.
/// </summary>
internal static class TemporaryMemory
{
    private const string Prefix = "processpool-shared-";

    /// <summary>A file younger than this may not be locked yet by who is making it.</summary>
    private static readonly TimeSpan TooYoung = TimeSpan.FromSeconds(10);

    private static readonly Lock Gate = new();

    /// <summary>Files that this process has open; guarded by <see cref="Gate"/>.</summary>
    private static readonly HashSet<string> Held = [];

    private static string DefaultDirectory => System.IO.Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    /// <summary>Where they lie.</summary>
    public static string Directory { get; set; } = DefaultDirectory;

    /// <summary>Makes a new one, empty, that only this user can open.</summary>
    public static SafeFileHandle Create(string name, out string path)
    {
        DeleteForgotten();
        path = Path.Combine(Directory, $"{Prefix}{Environment.ProcessId}-{name}");
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return Hold(handle, path);
    }

    /// <summary>Opens one that another process made.</summary>
    public static SafeFileHandle Open(string path)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        return Hold(handle, path);
    }

    /// <summary>This process has closed it: if nobody else has it open, it is deleted.</summary>
    public static void Release(string path)
    {
        lock (Gate) Held.Remove(path);
        DeleteIfUnused(path);
    }

    private static SafeFileHandle Hold(SafeFileHandle handle, string path)
    {
        // Windows knows by itself who has a file open.
        if (!OperatingSystem.IsWindows()) Libc.LockShared((int)handle.DangerousGetHandle());
        lock (Gate)
        {
            if (Held.Count == 0)
            {
                AppDomain.CurrentDomain.ProcessExit -= OnExit;
                AppDomain.CurrentDomain.ProcessExit += OnExit;
            }

            Held.Add(path);
        }

        return handle;
    }

    /// <summary>
    /// The end of a coordinator is the end of its workers, who cannot clean up then. A worker's own memory may be its
    /// coordinator's by now.
    /// </summary>
    private static void OnExit(object? sender, EventArgs e)
    {
        if (SharedMemories.IsInWorker) return;
        lock (Gate)
        {
            foreach (var path in Held) TryDelete(path);
        }
    }

    /// <summary>Deletes what was left behind by processes that were killed.</summary>
    private static void DeleteForgotten()
    {
        foreach (var file in new DirectoryInfo(Directory).EnumerateFiles(Prefix + "*"))
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc > TooYoung) DeleteIfUnused(file.FullName);
        }
    }

    private static void DeleteIfUnused(string path)
    {
        try
        {
            var others = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.ReadWrite | FileShare.Delete;
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, others);
            if (OperatingSystem.IsWindows() || Libc.TryLockAlone((int)handle.DangerousGetHandle())) File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody has it open, or has deleted it; or it is another user's.
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows keeps it while a worker has it open; the next one that is made finds it unused.
        }
    }
}
