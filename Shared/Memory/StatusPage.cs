using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace ProcessPool.Memory;

/// <summary>
/// A few pages of memory that a worker shares with its coordinator: which item runs and since when, which items are
/// claimed, why the worker ends, and the outbox with the frames that the pipe has not carried yet. It outlives the
/// worker's death, whatever kills it.
/// </summary>
/// <remarks>
/// <para>
/// Each item that was sent has a word of its own (<see cref="Slots"/> of them, used in turn), which holds the item's
/// sequence number and its state. The coordinator sets it to Sent; then either the worker changes it to Running or the
/// coordinator to TakenBack, by compare-and-exchange: exactly one of them wins, even if the worker hangs, is stopped,
/// or has died. A sequence number is never used twice, so a word can never be mistaken for an older item's. (One word
/// for all items, with the next and the end, would do for taking back from the end; a word each also takes back one
/// item of one call among others.)
/// </para>
/// <para>The page is written by a process that may be corrupt: whoever reads it checks each value against its bounds.</para>
/// </remarks>
internal sealed unsafe class StatusPage : IDisposable
{
    /// <summary>How many items a worker can have at once.</summary>
    public const int Slots = 4096;

    /// <summary>The bytes of the outbox; a power of two.</summary>
    public const int OutboxSize = 256 * 1024;

    private const int RunningOffset = 64;
    private const int StartedOffset = 72;
    private const int PhaseOffset = 80;
    private const int ExitReasonOffset = 128;
    private const int ExitCodeOffset = 132;
    private const int OutOfMemoryOffset = 136;
    private const int PublishedOffset = 192;
    private const int SlotsOffset = 4096;
    private const int OutboxOffset = SlotsOffset + 4 * Slots;

    /// <summary>The size of the page in bytes.</summary>
    public const int Size = OutboxOffset + OutboxSize;

    private const uint Sent = 1;
    private const uint Running = 2;
    private const uint TakenBack = 3;

    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte[]? _private;
    private readonly byte* _start;

    /// <summary>A page that no other process sees: where there is none to share, the worker keeps its books the same way.</summary>
    public StatusPage()
    {
        _private = GC.AllocateArray<byte>(Size, pinned: true);
        _start = (byte*)Unsafe.AsPointer(ref _private[0]);
    }

    /// <summary>Maps a page that lies in a file (of memory).</summary>
    public StatusPage(SafeFileHandle handle)
    {
        _file = MemoryMappedFile.CreateFromFile(handle, null, Size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, Size, MemoryMappedFileAccess.ReadWrite);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>Whether another process sees it.</summary>
    public bool IsShared => _file is not null;

    /// <summary>The sequence number of the item that runs, or -1.</summary>
    public long RunningItem
    {
        get => Volatile.Read(ref Int64At(RunningOffset)) - 1;
        set => Volatile.Write(ref Int64At(RunningOffset), value + 1);
    }

    /// <summary>When that item was started, in <see cref="Environment.TickCount64"/>'s milliseconds, which all processes share.</summary>
    public long StartedAt
    {
        get => Volatile.Read(ref Int64At(StartedOffset));
        set => Volatile.Write(ref Int64At(StartedOffset), value);
    }

    /// <summary>What is being done with that item.</summary>
    public ItemPhase Phase
    {
        get => (ItemPhase)Volatile.Read(ref Int32At(PhaseOffset));
        set => Volatile.Write(ref Int32At(PhaseOffset), (int)value);
    }

    /// <summary>Whether an <see cref="OutOfMemoryException"/> was thrown on some thread, whatever became of it: the runtime itself may not get over what ran out.</summary>
    public bool HasRunOut
    {
        get => Volatile.Read(ref Int32At(OutOfMemoryOffset)) != 0;
        set => Volatile.Write(ref Int32At(OutOfMemoryOffset), value ? 1 : 0);
    }

    /// <summary>Why the worker says that it ends.</summary>
    public ExitReason ExitReason
    {
        get => (ExitReason)Volatile.Read(ref Int32At(ExitReasonOffset));
        set => Volatile.Write(ref Int32At(ExitReasonOffset), (int)value);
    }

    public int ExitCode
    {
        get => Volatile.Read(ref Int32At(ExitCodeOffset));
        set => Volatile.Write(ref Int32At(ExitCodeOffset), value);
    }

    /// <summary>The position in the worker's stream of frames up to which they are complete, in the pipe or in the outbox.</summary>
    public long Published
    {
        get => Volatile.Read(ref Int64At(PublishedOffset));
        set => Volatile.Write(ref Int64At(PublishedOffset), value);
    }

    /// <summary>The ring of bytes: the byte at a position of the stream lies at that position modulo the size.</summary>
    public Span<byte> Outbox => new(_start + OutboxOffset, OutboxSize);

    /// <summary>Coordinator: the item may be claimed from now on.</summary>
    public void Grant(long sequence) => Volatile.Write(ref Slot(sequence), Word(sequence, Sent));

    /// <summary>Worker: true if the item is this worker's to run, and nobody can take it back any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryClaim(long sequence) =>
        Interlocked.CompareExchange(ref Slot(sequence), Word(sequence, Running), Word(sequence, Sent)) == Word(sequence, Sent);

    /// <summary>Coordinator: true if the worker has not claimed the item and never will.</summary>
    public bool TryTakeBack(long sequence) =>
        Interlocked.CompareExchange(ref Slot(sequence), Word(sequence, TakenBack), Word(sequence, Sent)) == Word(sequence, Sent);

    public void Dispose()
    {
        if (_view is null) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file!.Dispose();
    }

    private static uint Word(long sequence, uint state) => ((uint)sequence << 2) | state;

    private ref uint Slot(long sequence) => ref *(uint*)(_start + SlotsOffset + 4 * (sequence & (Slots - 1)));

    private ref long Int64At(int offset) => ref *(long*)(_start + offset);

    private ref int Int32At(int offset) => ref *(int*)(_start + offset);
}

/// <summary>What a worker wrote on its page before it ended.</summary>
internal enum ExitReason
{
    /// <summary>Nothing: it was killed, or crashed in native code.</summary>
    None = 0,

    /// <summary>It was asked to.</summary>
    Shutdown = 1,

    /// <summary>Something in it called <see cref="Environment.Exit"/>.</summary>
    EnvironmentExit = 2,

    /// <summary>An exception that nothing caught, on some thread of it.</summary>
    UnhandledException = 3,

    /// <summary>What it read from the coordinator was no frame.</summary>
    ProtocolError = 4,

    /// <summary>An <see cref="OutOfMemoryException"/> that nothing caught, on some thread of it.</summary>
    OutOfMemory = 5,
}
