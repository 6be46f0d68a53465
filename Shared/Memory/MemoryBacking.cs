using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using ProcessPool.Platform;

namespace ProcessPool.Memory;

/// <summary>The open file that holds shared memory, and how other processes find it.</summary>
internal sealed class MemoryBacking : IDisposable
{
    /// <summary>
    /// Set in an application whose workers may not access its memory, because they run in another user namespace or as another
    /// user.
    /// </summary>
    private const string FilesSwitch = "ProcessPool.SharedMemory.UseFiles";

    private const FileShare Others = FileShare.ReadWrite | FileShare.Delete;

    private MemoryBacking(SafeFileHandle handle, MemoryKind kind, string path)
    {
        Handle = handle;
        Kind = kind;
        Path = path;
    }

    public SafeFileHandle Handle { get; }

    public MemoryKind Kind { get; }

    public string Path { get; }

    private static bool UseFiles => AppContext.TryGetSwitch(FilesSwitch, out var use) && use;

    /// <summary>Creates memory that is not in a file of the user's. It is all zeros.</summary>
    /// <exception cref="InsufficientMemoryException">There is not enough memory.</exception>
    /// <exception cref="IOException">A file must be used, and there is not enough space for it.</exception>
    public static MemoryBacking CreateAnonymous(long id, long size)
    {
        AvailableMemory.Check(size);
        if (OperatingSystem.IsLinux() && !UseFiles && MemoryFile.TryCreate(NameOf(id), size, out var path) is { } memory)
            return new MemoryBacking(memory, MemoryKind.Memory, path);
        var handle = TemporaryMemory.Create($"{id:x16}", out path);
        return Allocated(new MemoryBacking(handle, MemoryKind.Temporary, path), size);
    }

    /// <summary>Creates a file of the user's.</summary>
    /// <exception cref="IOException">The file exists, or there is not enough space for it.</exception>
    public static MemoryBacking CreateFile(string path, long size)
    {
        path = System.IO.Path.GetFullPath(path);
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, Others);
        try
        {
            return Allocated(new MemoryBacking(handle, MemoryKind.File, path), size);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Opens an existing file of the user's.</summary>
    public static MemoryBacking OpenFile(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, Others);
        var backing = new MemoryBacking(handle, MemoryKind.File, path);

        // A file may have holes, which need space when they are written.
        return Allocated(backing, RandomAccess.GetLength(handle));
    }

    /// <summary>Opens memory of another process, from the information that it sent.</summary>
    public static MemoryBacking Open(long id, MemoryKind kind, string path)
    {
        try
        {
            return kind switch
            {
                MemoryKind.Memory when OperatingSystem.IsLinux() => OpenMemory(id, path),
                MemoryKind.Temporary => new MemoryBacking(TemporaryMemory.Open(path), kind, path),
                MemoryKind.File => new MemoryBacking(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, Others), kind, path),
                _ => throw new IOException($"Shared memory of the kind {kind} cannot be opened on this system."),
            };
        }
        catch (Exception e) when (kind != MemoryKind.File && e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ObjectDisposedException(
                nameof(SharedArray), "The shared memory is gone: it was disposed of, or the process that shared it exited, before this process opened it.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(
                $"This process is not allowed to open {path}, which holds the shared memory. Does it belong to another user or user namespace? "
                + $"To use files instead, call AppContext.SetSwitch(\"{FilesSwitch}\", true) in the application that creates it.", e);
        }
    }

    public void Dispose()
    {
        Handle.Dispose();
        if (Kind == MemoryKind.Temporary) TemporaryMemory.Release(Path);
    }

    [SupportedOSPlatform("linux")]
    private static MemoryBacking OpenMemory(long id, string path)
    {
        var handle = MemoryFile.Open(path, NameOf(id));

        // Passed on with this process's path, because the process that it came from may exit first.
        return new MemoryBacking(handle, MemoryKind.Memory, MemoryFile.PathOf(handle));
    }

    /// <summary>
    /// Allocates space for all of it now, because a mapping that runs out of space ends the process with SIGBUS.
    /// </summary>
    private static MemoryBacking Allocated(MemoryBacking backing, long size)
    {
        try
        {
            var allocated = OperatingSystem.IsLinux() && size > 0 && Libc.TryAllocate((int)backing.Handle.DangerousGetHandle(), size);
            if (!allocated && RandomAccess.GetLength(backing.Handle) < size) RandomAccess.SetLength(backing.Handle, size);
            return backing;
        }
        catch (IOException e)
        {
            backing.Dispose();
            throw new IOException($"Shared memory of {size} bytes does not fit {backing.Path}. {e.Message}", e);
        }
    }

    private static string NameOf(long id) => $"processpool-{id:x16}";
}

/// <summary>What holds shared memory.</summary>
internal enum MemoryKind
{
    /// <summary>Anonymous memory, which its creator has open.</summary>
    Memory = 0,

    /// <summary>A file that is deleted when no process has it open.</summary>
    Temporary = 1,

    /// <summary>A file of the user's.</summary>
    File = 2,
}
