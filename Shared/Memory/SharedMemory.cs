using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace ProcessPool.Memory;

/// <summary>
/// A block of memory that other processes can map too, as this process has it mapped: once, whatever number of arrays
/// refer to it. It is found by its id, see <see cref="SharedMemories"/>.
/// </summary>
internal sealed unsafe class SharedMemory
{
    /// <summary>Memory that was closed; in place of one's own.</summary>
    public static readonly SharedMemory Closed = new();

    private readonly MemoryBacking? _backing;
    private readonly SafeMemoryMappedViewHandle? _view;
    private int _closed;
    private byte* _start;
    private object? _content;

    private SharedMemory()
    {
        _closed = 1;
        GC.SuppressFinalize(this);
    }

    /// <summary>Maps what lies in a file; takes the file over.</summary>
    public SharedMemory(long id, MemoryBacking backing, long size)
    {
        Id = id;
        Size = size;
        _backing = backing;
        try
        {
            _view = size > 0 ? Map(backing.Handle, size) : null;
        }
        catch
        {
            // Also the finalizer's: there is nothing to close any more.
            _closed = 1;
            backing.Dispose();
            throw;
        }

        // No memory has the address 0; an empty one has none, but is open all the same.
        _start = _view is null ? (byte*)sizeof(long) : (byte*)_view.DangerousGetHandle();
    }

    /// <summary>Dropped without being disposed of. What refers to this refers to it strongly, so nobody can use it any more.</summary>
    ~SharedMemory() => Close();

    /// <summary>The same in all processes.</summary>
    public long Id { get; }

    public long Size { get; }

    /// <summary>Where it is mapped; null once closed.</summary>
    public byte* Start => _start;

    public MemoryKind Kind => _backing!.Kind;

    /// <summary>How another process opens it.</summary>
    public string Path => _backing!.Path;

    /// <summary>Whether another process was told of it, or told of it.</summary>
    public bool IsKnownElsewhere { get; set; }

    /// <summary>What lies in it as an object of this process, if it is known; gone when this is closed.</summary>
    public object? Content
    {
        get => Volatile.Read(ref _content);
        set
        {
            Volatile.Write(ref _content, value);
            Interlocked.MemoryBarrier();
            if (_start is null) _content = null;
        }
    }

    /// <summary>Held while <see cref="Content"/> is made of what lies here.</summary>
    public Lock Decoding { get; } = new();

    /// <summary>Reads a part of it, which stays mapped for so long.</summary>
    /// <returns>Null if it is closed.</returns>
    public SharedMemoryBytes? OpenBytes(long offset, long length)
    {
        if (_view is null) return null;
        var held = false;
        try
        {
            _view.DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException)
        {
            return null;
        }

        // The view's own address: this may be closed by now, and its is gone then.
        return new SharedMemoryBytes(_view, (byte*)_view.DangerousGetHandle() + offset, length);
    }

    /// <summary>Unmaps it in this process, and tells the workers that were told of it. Does nothing the second time.</summary>
    /// <remarks>
    /// An element that is being read or written by another thread at this very moment is read from an address that is not
    /// mapped any more, which ends the process: a count around each access would cost more than the access. So it is
    /// for who closes to see that nobody else is at it, as for any array that is given back to its owner.
    /// </remarks>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        GC.SuppressFinalize(this);
        _start = null;
        Interlocked.MemoryBarrier();
        _content = null;
        var wasCurrent = SharedMemories.Forget(this);
        _view?.Dispose();
        _backing!.Dispose();

        // After the file is closed: who opened it did so before, and the message finds it there.
        if (wasCurrent && IsKnownElsewhere) SharedMemories.OnReleased(Id);
    }

    /// <summary>The view's handle alone: disposing of the whole would write a file to the disk, in each process that has it.</summary>
    private static SafeMemoryMappedViewHandle Map(SafeFileHandle file, long size)
    {
        if (RandomAccess.GetLength(file) < size) throw new IOException($"The file is shorter than the {size} bytes of shared memory.");
        using var mapped = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        return mapped.CreateViewAccessor(0, size, MemoryMappedFileAccess.ReadWrite).SafeMemoryMappedViewHandle;
    }
}
