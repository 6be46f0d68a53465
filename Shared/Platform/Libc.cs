using System.Runtime.InteropServices;

namespace ProcessPool.Platform;

/// <summary>System calls that .NET does not offer, for Linux and macOS. Constants that differ are chosen here.</summary>
internal static unsafe partial class Libc
{
    public const int SigKill = 9;
    public const int PriorityOfProcess = 0;
    public const short PollIn = 1;
    public const short PollOut = 4;
    public const short PollError = 8;
    public const short PollHangUp = 16;

    public const int EINTR = 4;
    public const int EPIPE = 32;
    public static readonly int EAGAIN = OperatingSystem.IsMacOS() ? 35 : 11;

    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private static readonly int DuplicateCloseOnExec = OperatingSystem.IsMacOS() ? 67 : 1030;
    private static readonly int NonBlocking = OperatingSystem.IsMacOS() ? 4 : 2048;
    private const uint MemfdCloseOnExec = 1;
    private const uint MemfdAllowSealing = 2;
    private const int AddSeals = 1033;
    private const int SetPipeSize = 1031;
    private const int SealSealShrinkGrow = 1 | 2 | 4;
    private const int LockSharedOperation = 1;
    private const int LockAloneOperation = 2;
    private const int LockWithoutWaiting = 4;
    private const int GetDumpable = 3;
    private const int ENOSYS = 38;
    private const int EOPNOTSUPP = 95;
    public const int ENOSPC = 28;

    /// <summary>One descriptor to wait for.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadCore(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteCore(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollCore(PollDescriptor* descriptors, ulong count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static partial int Duplicate(int from, int to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "pipe", SetLastError = true)]
    private static partial int PipeCore(int* descriptors);

    [LibraryImport("libc", EntryPoint = "setpgid", SetLastError = true)]
    public static partial int SetProcessGroup(int process, int group);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "getpriority", SetLastError = true)]
    public static partial int GetPriority(int which, int who);

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    public static partial int SetPriority(int which, int who, int niceness);

    /// <summary>Linux only. Thread 0 is the calling one.</summary>
    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetAffinity(int thread, nint size, [Out] byte[] mask);

    /// <inheritdoc cref="GetAffinity"/>
    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int thread, nint size, byte[] mask);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int AllocateCore(int descriptor, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int LockCore(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, ulong a, ulong b, ulong c, ulong d);

    [LibraryImport("libc", EntryPoint = "unsetenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnsetEnvironment(string name);

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "setvbuf", SetLastError = true)]
    public static partial int SetBuffering(nint file, nint buffer, int mode, nint size);

    /// <summary>
    /// Reads the bytes that are available, and waits for the first one. Returns 0 at the end, and -1 on an error, whose number is
    /// in <see cref="Marshal.GetLastPInvokeError"/>.
    /// </summary>
    public static int Read(int descriptor, Span<byte> destination)
    {
        fixed (byte* start = destination)
        {
            while (true)
            {
                var count = (int)ReadCore(descriptor, start, destination.Length);
                if (count >= 0 || Marshal.GetLastPInvokeError() != EINTR) return count;
            }
        }
    }

    /// <summary>
    /// Writes as many bytes as fit. Returns -1 on an error, whose number is in <see cref="Marshal.GetLastPInvokeError"/>.
    /// </summary>
    public static int Write(int descriptor, ReadOnlySpan<byte> source)
    {
        fixed (byte* start = source)
        {
            while (true)
            {
                var count = (int)WriteCore(descriptor, start, source.Length);
                if (count >= 0 || Marshal.GetLastPInvokeError() != EINTR) return count;
            }
        }
    }

    /// <summary>Waits for an event on one of the descriptors, or for the timeout (-1: no timeout).</summary>
    public static int Poll(Span<PollDescriptor> descriptors, int milliseconds)
    {
        fixed (PollDescriptor* start = descriptors) return PollCore(start, (ulong)descriptors.Length, milliseconds);
    }

    /// <summary>Duplicates a descriptor. Programs that this process starts do not inherit the duplicate.</summary>
    public static int DuplicateForThisProcess(int descriptor) => Fcntl(descriptor, DuplicateCloseOnExec, 3);

    public static bool TrySetNonBlocking(int descriptor)
    {
        var flags = Fcntl(descriptor, GetFlags, 0);
        return flags >= 0 && Fcntl(descriptor, SetFlags, flags | NonBlocking) >= 0;
    }

    /// <summary>Enlarges the buffer of a pipe. Does nothing if the system refuses or does not support it.</summary>
    public static void EnlargePipe(int descriptor, int bytes)
    {
        if (OperatingSystem.IsLinux()) _ = Fcntl(descriptor, SetPipeSize, bytes);
    }

    /// <summary>Creates a pipe within this process. Programs that it starts do not inherit the pipe.</summary>
    public static (int ReadEnd, int WriteEnd) Pipe()
    {
        var ends = stackalloc int[2];
        if (PipeCore(ends) != 0) throw new IOException($"pipe: error {Marshal.GetLastPInvokeError()}");
        var readEnd = DuplicateForThisProcess(ends[0]);
        var writeEnd = DuplicateForThisProcess(ends[1]);
        Close(ends[0]);
        Close(ends[1]);
        return (readEnd, writeEnd);
    }

    /// <summary>Creates anonymous memory as a file; -1 if the system does not support it.</summary>
    public static int CreateMemoryFile(string name)
    {
        try
        {
            return MemfdCreate(name, MemfdCloseOnExec | MemfdAllowSealing);
        }
        catch (EntryPointNotFoundException)
        {
            return -1;
        }
    }

    /// <summary>Fixes the size of a memory file. If another process could shrink it, this one would die of a bus error.</summary>
    public static void SealSize(int descriptor) => _ = Fcntl(descriptor, AddSeals, SealSealShrinkGrow);

    /// <summary>
    /// Linux only. Sets the length of a file and allocates space for every byte, so that writing to a mapping cannot fail later.
    /// </summary>
    /// <returns>False if the file system does not support that.</returns>
    /// <exception cref="IOException">There is not enough space.</exception>
    public static bool TryAllocate(int descriptor, long length)
    {
        while (true)
        {
            if (AllocateCore(descriptor, 0, 0, length) == 0) return true;
            var error = Marshal.GetLastPInvokeError();
            if (error is EOPNOTSUPP or ENOSYS) return false;
            if (error == EINTR) continue;
            throw new IOException(error == ENOSPC ? $"No space is left for {length} bytes." : $"fallocate of {length} bytes: error {error}.");
        }
    }

    /// <summary>Takes a shared lock on a file, which lasts until the file is closed, no matter how.</summary>
    public static void LockShared(int descriptor)
    {
        while (LockCore(descriptor, LockSharedOperation) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != EINTR) throw new IOException($"flock: error {error}.");
        }
    }

    /// <summary>Takes an exclusive lock on a file, if nobody else has locked it.</summary>
    public static bool TryLockAlone(int descriptor) => LockCore(descriptor, LockAloneOperation | LockWithoutWaiting) == 0;

    /// <summary>
    /// Linux only. Whether other processes of this user may access this one, and so open the files that it has open.
    /// </summary>
    public static bool IsOpenToOthers => ProcessControl(GetDumpable, 0, 0, 0, 0) == 1;
}
