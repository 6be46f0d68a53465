using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using ProcessPool.Platform;

namespace ProcessPool.Memory;

/// <summary>
/// Anonymous memory as a file (memfd). Other processes open it through this process's entry in /proc, so nothing lies in
/// the file system, and it is gone when the last process that has it is, whatever ends them. It does not count against
/// the size of /dev/shm, which containers keep small.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class MemoryFile
{
    /// <summary>Makes one that keeps its size for good.</summary>
    /// <param name="name">What /proc shows; not unique, and no path.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="path">How other processes open it.</param>
    /// <returns>Null where there is none, or where another process could not open it.</returns>
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

    /// <summary>How other processes open what this one has open.</summary>
    public static string PathOf(SafeFileHandle handle) => $"/proc/{Environment.ProcessId}/fd/{handle.DangerousGetHandle()}";

    /// <summary>Opens what another process made.</summary>
    /// <exception cref="IOException">It is not there, or not what was meant.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not look into the other one.</exception>
    public static SafeFileHandle Open(string path, string name)
    {
        // A closed descriptor's number is soon another file's, which may be anything: not even opened, and the look before
        // may come too early.
        if (!IsNamed(path, name)) throw new FileNotFoundException($"{path} is not {name}.", path);
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (IsNamed($"/proc/self/fd/{handle.DangerousGetHandle()}", name)) return handle;
        handle.Dispose();
        throw new FileNotFoundException($"{path} is not {name}.", path);
    }

    private static bool IsNamed(string link, string name) =>
        new FileInfo(link).LinkTarget?.StartsWith($"/memfd:{name} ", StringComparison.Ordinal) == true;

    /// <summary>Where /proc is not there, a worker could not open it either.</summary>
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
