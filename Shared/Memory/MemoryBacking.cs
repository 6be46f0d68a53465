using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using ProcessPool.Platform;

namespace ProcessPool.Memory;

/// <summary>The open file in which shared memory lies, and how other processes find it.</summary>
internal sealed class MemoryBacking : IDisposable
{
    /// <summary>Set in an application that starts its workers where they may not look into it: another user namespace, another user.</summary>
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

    /// <summary>New memory that lies nowhere in particular, all zeros.</summary>
    /// <exception cref="InsufficientMemoryException">There is not so much memory.</exception>
    /// <exception cref="IOException">There is not so much space, where it must lie in a file.</exception>
    public static MemoryBacking CreateAnonymous(long id, long size)
    {
        AvailableMemory.Check(size);
        if (OperatingSystem.IsLinux() && !UseFiles && MemoryFile.TryCreate(NameOf(id), size, out var path) is { } memory)
            return new MemoryBacking(memory, MemoryKind.Memory, path);
        var handle = TemporaryMemory.Create($"{id:x16}", out path);
        return Allocated(new MemoryBacking(handle, MemoryKind.Temporary, path), size);
    }

    /// <summary>A new file of the user's.</summary>
    /// <exception cref="IOException">It exists, or there is no space for it.</exception>
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

    /// <summary>A file of the user's that is there.</summary>
    public static MemoryBacking OpenFile(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, Others);
        var backing = new MemoryBacking(handle, MemoryKind.File, path);

        // A file may have holes; what is written there needs space too.
        return Allocated(backing, RandomAccess.GetLength(handle));
    }

    /// <summary>Memory that another process has, as it said.</summary>
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
                nameof(SharedArray), "The shared memory is gone: it was disposed of, or the process that shared it has ended, before this process opened it.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(
                $"This process may not open {path}, where the shared memory lies. Is it another user's, or in another user namespace? "
                + $"In the application that makes it, AppContext.SetSwitch(\"{FilesSwitch}\", true) has it lie in files instead.", e);
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

        // Passed on as it lies here, for the process that it came from may end before this one.
        return new MemoryBacking(handle, MemoryKind.Memory, MemoryFile.PathOf(handle));
    }

    /// <summary>With space for all of it now: a mapping that runs out of space ends the process with SIGBUS.</summary>
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

/// <summary>Where shared memory lies.</summary>
internal enum MemoryKind
{
    /// <summary>Anonymous memory, which its maker has open.</summary>
    Memory = 0,

    /// <summary>A file that is deleted when nobody has it open.</summary>
    Temporary = 1,

    /// <summary>A file of the user's.</summary>
    File = 2,
}
