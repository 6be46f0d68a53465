using Microsoft.Win32.SafeHandles;
using ProcessPool.Platform;

namespace ProcessPool.Memory;

/// <summary>
/// Files that replace anonymous memory if other processes cannot open that: in /dev/shm, or in the directory for temporary files.
/// Each process that has a file open holds a lock on it (flock). The lock ends with the process, and unlike a process id it has
/// the same meaning in all containers that share the directory. So the last process that closes a file deletes it, and files that
/// were left behind because all their processes were killed are recognized later and deleted.
/// </summary>
internal static class TemporaryMemory
{
    private const string Prefix = "processpool-shared-";

    /// <summary>The creator of a file that is younger than this may not have locked it yet.</summary>
    private static readonly TimeSpan TooYoung = TimeSpan.FromSeconds(10);

    private static readonly Lock Gate = new();

    /// <summary>Files that this process has open; guarded by <see cref="Gate"/>.</summary>
    private static readonly HashSet<string> Held = [];

    private static string DefaultDirectory => System.IO.Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    /// <summary>The directory of the files.</summary>
    public static string Directory { get; set; } = DefaultDirectory;

    /// <summary>Creates an empty file that only this user can open.</summary>
    public static SafeFileHandle Create(string name, out string path)
    {
        DeleteForgotten();
        path = Path.Combine(Directory, $"{Prefix}{Environment.ProcessId}-{name}");
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return Hold(handle, path);
    }

    /// <summary>Opens a file that another process created.</summary>
    public static SafeFileHandle Open(string path)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        return Hold(handle, path);
    }

    /// <summary>Called after this process has closed a file. Deletes the file if no other process has it open.</summary>
    public static void Release(string path)
    {
        lock (Gate) Held.Remove(path);
        DeleteIfUnused(path);
    }

    private static SafeFileHandle Hold(SafeFileHandle handle, string path)
    {
        // Windows itself keeps track of who has a file open.
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
    /// Deletes the files when a coordinator exits, because its workers end with it and cannot clean up. A worker deletes nothing,
    /// because its coordinator may have opened its files.
    /// </summary>
    private static void OnExit(object? sender, EventArgs e)
    {
        if (SharedMemories.IsInWorker) return;
        lock (Gate)
        {
            foreach (var path in Held) TryDelete(path);
        }
    }

    /// <summary>Deletes files that killed processes have left behind.</summary>
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
            // Another process has the file open or has deleted it, or it belongs to another user.
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
            // Windows keeps the file while a worker has it open. It is deleted when the next file is created.
        }
    }
}
