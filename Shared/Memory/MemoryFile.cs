using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using ProcessPool.Platform;

namespace ProcessPool.Memory;

/// <summary>
/// Anonymous memory as a file (memfd). Other processes open it through this process's entry in /proc, so there is nothing in the
/// file system, and the memory is freed when the last process that uses it is gone, no matter how that process ended. It does not
/// count against the size of /dev/shm, which is small in containers.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class MemoryFile
{
    /// <summary>Creates a memory file of fixed size.</summary>
    /// <param name="name">The name that /proc shows; neither unique nor a path.</param>
    /// <param name="size">The size in bytes.</param>
    /// <param name="path">The path by which other processes open it.</param>
    /// <returns>Null if the system has no memory files, or if another process could not open it.</returns>
    public static SafeFileHandle? TryCreate(string name, long size, out string path)
    {
        path = "";
        if (!Libc.IsOpenToOthers) return null;
        var descriptor = Libc.CreateMemoryFile(name);
        if (descriptor < 0) return null;
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        path = PathOf(handle);
        if (!CanOpen(path))
        {
            handle.Dispose();
            return null;
        }

        RandomAccess.SetLength(handle, size);
        Libc.SealSize(descriptor);
        return handle;
    }

    /// <summary>The path by which other processes open a file that this process has open.</summary>
    public static string PathOf(SafeFileHandle handle) => $"/proc/{Environment.ProcessId}/fd/{handle.DangerousGetHandle()}";

    /// <summary>Opens a memory file that another process created.</summary>
    /// <exception cref="IOException">The file does not exist, or it is a different file.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not access the other one.</exception>
    public static SafeFileHandle Open(string path, string name)
    {
        // The number of a closed descriptor is soon reused for another file, which could be anything. So the name is checked
        // before opening, because not every file may be opened, and again afterwards, because the file could change in between.
        if (!IsNamed(path, name)) throw new FileNotFoundException($"{path} is not {name}.", path);
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (IsNamed($"/proc/self/fd/{handle.DangerousGetHandle()}", name)) return handle;
        handle.Dispose();
        throw new FileNotFoundException($"{path} is not {name}.", path);
    }

    private static bool IsNamed(string link, string name) =>
        new FileInfo(link).LinkTarget?.StartsWith($"/memfd:{name} ", StringComparison.Ordinal) == true;

    /// <summary>Whether a worker could open the path: not if /proc is missing, for example.</summary>
    private static bool CanOpen(string path)
    {
        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            return true;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }
}
