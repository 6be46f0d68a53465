using Microsoft.Win32.SafeHandles;
using ProcessPool.Memory;
using ProcessPool.Platform;

namespace ProcessPool.Workers;

/// <summary>
/// A status page in a file that a worker can open. On Linux it is anonymous memory, reached through this process's entry in
/// /proc, so nothing is left in the file system if a process is killed. On other systems it is a temporary file, which is deleted
/// as soon as the worker has opened it.
/// </summary>
internal sealed class SharedPage : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly bool _deleteWhenOpened;

    private SharedPage(SafeFileHandle handle, string path, bool deleteWhenOpened)
    {
        _handle = handle;
        _deleteWhenOpened = deleteWhenOpened;
        Path = path;
        Page = new StatusPage(handle);
    }

    public string Path { get; }

    public StatusPage Page { get; }

    /// <returns>Null if no memory can be shared (no free descriptor, no space). Then everything is sent in frames.</returns>
    public static SharedPage? TryCreate()
    {
        try
        {
            return Create();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static SharedPage Create()
    {
        if (OperatingSystem.IsLinux() && MemoryFile.TryCreate("processpool", StatusPage.Size, out var path) is { } memory)
            return new SharedPage(memory, path, deleteWhenOpened: false);

        var directory = Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();
        var file = System.IO.Path.Combine(directory, $"processpool-{Environment.ProcessId}-{Guid.NewGuid():N}");
        var handle = File.OpenHandle(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            // Allocate all of it now: writing to a page without space behind it would crash the process.
            if (!OperatingSystem.IsLinux() || !Libc.TryAllocate((int)handle.DangerousGetHandle(), StatusPage.Size)) RandomAccess.SetLength(handle, StatusPage.Size);
            return new SharedPage(handle, file, deleteWhenOpened: true);
        }
        catch
        {
            handle.Dispose();
            File.Delete(file);
            throw;
        }
    }

    /// <summary>The worker has opened it.</summary>
    public void OnOpened()
    {
        _handle.Dispose();
        if (_deleteWhenOpened) File.Delete(Path);
    }

    public void Dispose()
    {
        OnOpened();
        Page.Dispose();
    }
}
