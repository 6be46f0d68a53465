using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace ProcessPool.Memory;

/// <summary>
/// A block of memory that other processes can map too. This process maps it once, no matter how many arrays refer to it. It is
/// found by its id, see <see cref="SharedMemories"/>.
/// </summary>
internal sealed unsafe class SharedMemory
{
    /// <summary>Closed memory, which replaces the memory of a disposed object.</summary>
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

    /// <summary>Maps a file, and takes ownership of it.</summary>
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
            // There is nothing left to close, not for the finalizer either.
            _closed = 1;
            backing.Dispose();
            throw;
        }

        // Empty memory has no address, but must count as open, so its start must not be null.
        _start = _view is null ? (byte*)sizeof(long) : (byte*)_view.DangerousGetHandle();
    }

    /// <summary>
    /// Runs if the memory was not disposed. All users hold strong references, so nobody can be using it any more.
    /// </summary>
    ~SharedMemory() => Close();

    /// <summary>The id, which is the same in all processes.</summary>
    public long Id { get; }

    public long Size { get; }

    /// <summary>The address of the mapping; null once closed.</summary>
    public byte* Start => _start;

    public MemoryKind Kind => _backing!.Kind;

    /// <summary>The path by which another process opens it.</summary>
    public string Path => _backing!.Path;

    /// <summary>Whether the memory was sent to or received from another process.</summary>
    public bool IsKnownElsewhere { get; set; }

    /// <summary>The content as an object of this process, if it has been decoded. Null once closed.</summary>
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

    /// <summary>Held while <see cref="Content"/> is decoded.</summary>
    public Lock Decoding { get; } = new();

    /// <summary>Opens a part of the memory for reading. It stays mapped until the returned object is disposed.</summary>
    /// <returns>Null if the memory is closed.</returns>
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

        // Use the view's own address, because _start is null if the memory was closed meanwhile.
        return new SharedMemoryBytes(_view, (byte*)_view.DangerousGetHandle() + offset, length);
    }

    /// <summary>Unmaps the memory in this process, and tells the workers that received it. Further calls do nothing.</summary>
    /// <remarks>
    /// If another thread is reading or writing an element at the same time, it accesses an address that is no longer mapped,
    /// which ends the process. Counting users around each access would cost more than the access itself. So the caller must make
    /// sure that nobody else uses the memory.
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

        // Only after the file is closed: a process that opened it has done so by now, so the message finds the memory there.
        if (wasCurrent && IsKnownElsewhere) SharedMemories.OnReleased(Id);
    }

    /// <summary>
    /// Returns only the view's handle. Disposing the accessor would flush a file to disk in each process that maps it.
    /// </summary>
    private static SafeMemoryMappedViewHandle Map(SafeFileHandle file, long size)
    {
        if (RandomAccess.GetLength(file) < size) throw new IOException($"The file is shorter than the {size} bytes of shared memory.");
        using var mapped = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        return mapped.CreateViewAccessor(0, size, MemoryMappedFileAccess.ReadWrite).SafeMemoryMappedViewHandle;
    }
}
